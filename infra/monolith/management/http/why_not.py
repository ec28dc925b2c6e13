"""Why an item is not shown to a phone: the answer of the admin's page, for programs."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from rest_framework.request import Request

from adops.models import LineItem, Unit
from inspection.forms import PhoneForm, field_names
from inspection.inspector import InspectionFailed, Refused, WrongFields
from inspection.outcome import outcome
from inspection.rows import PUBLISHED, configured_inspector
from inspection.wording import Line, Words
from management.dto.fields import Instant
from management.dto.reports import WhyNotDocument
from management.http.base import ManagementView, answer, read_query
from management.http.described import INSTANT, Described, Parameter
from management.http.problems import invalid
from management.http.values import read_value
from management.resources import Resource
from web import problems
from web.problems import FieldError, Problem, ProblemError

_FIRST = {"rows": PUBLISHED, "allocation": "lockscreen", "user_id": "preview"}


class WhyNotView(ManagementView):
    # Given by the path.
    resource: Resource = None  # type: ignore[assignment]

    def describe(self, method: str) -> Described:
        fields = [name for name in field_names() if name not in ("unit", "at")]
        parameters = (
            Parameter("unit", required=True),
            Parameter("at", INSTANT),
            *(Parameter(name) for name in fields),
        )
        text = "Whether an item is shown to a phone, and which rules keep it out."
        return Described(text, None, WhyNotDocument, 200, parameters)

    def get(self, request: Request, key: str) -> HttpResponse:
        model = self.resource.model
        self.require_permission(f"adops.view_{model._meta.model_name}")
        query = read_query(request, frozenset(field_names()))
        item: Any = model._default_manager.filter(public_id=key).first()
        if item is None:
            raise Http404
        form = PhoneForm({**_FIRST, **_typed(query)})
        if not form.is_valid():
            raise ProblemError(_wrong(form))
        try:
            return answer(self._told(form, item))
        except WrongFields as error:
            form.refuse(error.problems)
            raise ProblemError(_wrong(form)) from None
        except Refused as error:
            errors = tuple(FieldError("", line) for line in error.lines)
            detail = f"{error.in_all} rows cannot be served. Mend them first."
            status = HTTPStatus.CONFLICT
            raise ProblemError(
                Problem(status, "unservable-catalog", "Unservable catalog", detail, errors)
            ) from None
        except InspectionFailed as error:
            raise ProblemError(
                problems.from_status(HTTPStatus.SERVICE_UNAVAILABLE, str(error), **{"retry-after": "60"})
            ) from None

    def _told(self, form: PhoneForm, item: Any) -> dict[str, Any]:
        kind = "line_item" if isinstance(item, LineItem) else "content"
        document = configured_inspector().why_not(form.question(), kind, item.public_id)
        unit = Unit.objects.filter(public_id=form.cleaned_data["unit"]).first()
        words = Words(item, unit, document)
        lines = words.lines(document["checks"])
        found = outcome(item, document, lines, words)
        return {
            "id": item.public_id,
            "is_shown": found.is_shown,
            "text": found.text,
            "notes": found.notes,
            "failed": [_line(line) for line in lines if not line.passes],
            "passed": [_line(line) for line in lines if line.passes],
            "version": document["screen"]["outlook"]["version"],
        }


def _line(line: Line) -> dict[str, str]:
    return {"rule": line.rule, "label": line.label, "wanted": line.wanted, "found": line.found}


def _typed(query: dict[str, str]) -> dict[str, str]:
    """The query as the form takes it: a time in UTC, as two inputs."""
    sent = {name: text for name, text in query.items() if name != "at"}
    if "at" in query:
        moment = read_value(Instant(), "at", query["at"])
        sent |= {"at_0": moment.date().isoformat(), "at_1": moment.time().isoformat()}
    flag = sent.get("limit_ad_tracking")
    if flag not in (None, "true", "false"):
        raise invalid("limit_ad_tracking", "This is true or false.")
    return sent


def _wrong(form: PhoneForm) -> Problem:
    return problems.invalid_parameters(
        [
            FieldError("" if name == "__all__" else name, str(text))
            for name, texts in form.errors.items()
            for text in texts
        ]
    )
