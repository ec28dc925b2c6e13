"""Publications: previewed, requested, approved, canceled and rolled back, as on the page of the admin."""

from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from rest_framework.request import Request

from adops.services.history import note_changes
from kernel.published.errors import StoreError
from management.dto.publications import (
    Approval,
    PreviewDocument,
    PublicationDocument,
    PublicationOrder,
    PublicationSummary,
    RollbackOrder,
)
from management.http.base import ManagementView, answer, read_query
from management.http.bodies import read_body, require_no_members
from management.http.described import CURSOR, IDEMPOTENCY_KEY, Described, Parameter, limit_up_to
from management.http.paging import PAGE_NAMES, inline_page, read_page
from management.http.problems import confirmation_needed, forbidden, invalid
from management.scopes import Scope
from management.selectors import LIMIT_MAX
from publishing.models import Publication
from publishing.pages.preview import seen_now
from publishing.pages.schedule_form import ScheduleForm
from publishing.problems import RowProblem, UnservableCatalog
from publishing.roles import APPROVE, PUBLISH
from publishing.selectors import needs_second_person
from publishing.services import PublicationRefused, request_publication, request_rollback
from publishing.services.decisions import approve, cancel
from publishing.services.preview import Preview
from web import problems
from web.problems import FieldError, Problem, ProblemError

PATH = "/api/management/v1/publications"
VIEW = "publishing.view_publication"
_BUTTON = Publication.Trigger.BUTTON
_PEOPLE = ("requested_by", "approved_by", "canceled_by")


class PublicationsOfAll(ManagementView):
    write_scope: ClassVar[Scope] = Scope.PUBLISH

    def handle_exception(self, error: Exception) -> HttpResponse:
        if isinstance(error, PublicationRefused):
            status = HTTPStatus.CONFLICT
            return Problem(status, "publication-refused", "Publication refused", str(error)).response()
        if isinstance(error, UnservableCatalog):
            return unservable(error.problems).response()
        if isinstance(error, StoreError):
            detail = "The store of published catalogs does not answer. Repeat it in a minute."
            status, headers = HTTPStatus.SERVICE_UNAVAILABLE, {"retry-after": "60"}
            return problems.from_status(status, detail, **headers).response()
        return super().handle_exception(error)

    def read(self, request: Request, dto: type[Any]) -> dict[str, Any]:
        read_query(request, frozenset())
        found = dto(data=read_body(request._request))
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    def require_one_of(self, *permissions: str) -> None:
        if not any(self.request.user.has_perm(each) for each in permissions):
            raise ProblemError(forbidden(f"The key's owner has not the permission {permissions[0]}."))

    def told(self, publication: Publication, status: HTTPStatus) -> HttpResponse:
        document = PublicationDocument(publication).data
        return answer(document, status, {"location": f"{PATH}/{publication.pk}"})


class PublicationsView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        if method == "POST":
            text = "Requests a publication of what was previewed."
            return Described(text, PublicationOrder, PublicationDocument, 202, (IDEMPOTENCY_KEY,))
        state = Parameter("state", {"enum": Publication.State.values})
        parameters = (CURSOR, limit_up_to(LIMIT_MAX), state)
        return Described("Lists publications.", None, inline_page(PublicationSummary), 200, parameters)

    def get(self, request: Request) -> HttpResponse:
        self.require_permission(VIEW)
        query = read_query(request, frozenset({*PAGE_NAMES, "state"}))
        rows = Publication.objects.select_related(*_PEOPLE)
        if "state" in query:
            if query["state"] not in Publication.State.values:
                raise invalid("state", f"This is one of {', '.join(Publication.State.values)}.")
            rows = rows.filter(state=query["state"])
        found, following = read_page(rows, query, newest_first=True)
        return answer({"items": PublicationSummary(found, many=True).data, "next": following})

    def post(self, request: Request) -> HttpResponse:
        self.require_permission(PUBLISH)
        wanted = self.read(request, PublicationOrder)
        return self.once(request, lambda seen: self._requested(wanted, seen), seen_now)

    def _requested(self, wanted: dict[str, Any], seen: Preview) -> HttpResponse:
        due_at = _due_at(wanted["due_at"])
        if seen.problems:
            raise ProblemError(unservable(seen.problems))
        if wanted["digest"] != seen.digest:
            detail = "The rows are others than those of the preview with this digest: preview them again."
            raise ProblemError(Problem(HTTPStatus.CONFLICT, "rows-changed", "Rows changed", detail))
        if seen.risks and not wanted["confirm"]:
            errors = tuple(FieldError("", risk) for risk in seen.risks)
            raise ProblemError(confirmation_needed("This is likely a slip.", '"confirm": true', errors))
        publication = request_publication(
            trigger=_BUTTON,
            requested_by=self.actor.user,
            is_confirmed=wanted["confirm"],
            expected_digest=seen.digest,
            due_at=due_at,
            changes=seen.changes,
        )
        note_changes(rows=[publication], by=self.actor.user, words=self.actor.words)
        return self.told(publication, HTTPStatus.ACCEPTED)


class PreviewView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        return Described("What a publication would change now.", None, PreviewDocument)

    def get(self, request: Request) -> HttpResponse:
        self.require_one_of(PUBLISH, APPROVE)
        read_query(request, frozenset())
        seen = seen_now()
        if seen.problems:
            raise ProblemError(unservable(seen.problems))
        needs_two = needs_second_person(_BUTTON)
        return answer(PreviewDocument({**asdict(seen), "needs_second_person": needs_two}).data)


class PublicationView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        return Described("One publication.", None, PublicationDocument)

    def get(self, request: Request, number: int) -> HttpResponse:
        self.require_permission(VIEW)
        read_query(request, frozenset())
        found = Publication.objects.select_related(*_PEOPLE).filter(pk=number).first()
        if found is None:
            raise Http404
        return answer(PublicationDocument(found).data)


class ApproveView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        text = "Approves a publication that another person has requested."
        return Described(text, Approval, PublicationDocument, 200, (IDEMPOTENCY_KEY,))

    def post(self, request: Request, number: int) -> HttpResponse:
        self.require_permission(APPROVE)
        digest = self.read(request, Approval)["digest"]
        return self.once(request, lambda seen: self._approved(number, digest, seen), seen_now)

    def _approved(self, number: int, digest: str, seen: Preview) -> HttpResponse:
        # What the second person has read, and what the rows are now.
        agreed = digest if digest == seen.digest else ""
        publication = approve(publication_id=number, by=self.actor.user, seen_digest=agreed)
        note_changes(rows=[publication], by=self.actor.user, words=self.actor.words)
        return self.told(publication, HTTPStatus.OK)


class CancelView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        text = "Cancels a publication that waits."
        return Described(text, None, PublicationDocument, 200, (IDEMPOTENCY_KEY,))

    def post(self, request: Request, number: int) -> HttpResponse:
        self.require_one_of(PUBLISH, APPROVE)
        read_query(request, frozenset())
        require_no_members(request._request)
        return self.once(request, lambda _none: self._canceled(number))

    def _canceled(self, number: int) -> HttpResponse:
        publication = cancel(publication_id=number, by=self.actor.user)
        note_changes(rows=[publication], by=self.actor.user, words=self.actor.words)
        return self.told(publication, HTTPStatus.OK)


class RollbacksView(PublicationsOfAll):
    def describe(self, method: str) -> Described:
        text = "Requests that the rows of an older version become the next one."
        return Described(text, RollbackOrder, PublicationDocument, 202, (IDEMPOTENCY_KEY,))

    def post(self, request: Request) -> HttpResponse:
        self.require_permission(PUBLISH)
        version = self.read(request, RollbackOrder)["version"]
        return self.once(request, lambda _none: self._requested(version))

    def _requested(self, version: int) -> HttpResponse:
        publication = request_rollback(version=version, trigger=_BUTTON, requested_by=self.actor.user)
        note_changes(rows=[publication], by=self.actor.user, words=self.actor.words)
        return self.told(publication, HTTPStatus.ACCEPTED)


def unservable(found: list[RowProblem]) -> Problem:
    detail = "These rows cannot be served. Mend them first."
    errors = tuple(FieldError(f"{each.kind}.{each.key}.{each.field_name}", each.problem) for each in found)
    return Problem(HTTPStatus.CONFLICT, "unservable-catalog", "Unservable catalog", detail, errors)


def _due_at(moment: datetime | None) -> datetime | None:
    """Raises a 400 problem for a time that the admin refuses."""
    if moment is None:
        return None
    # In UTC, the zone of this request, no hour is skipped and none comes twice.
    form = ScheduleForm(
        {"day": moment.date().isoformat(), "hour": moment.time().isoformat(), "rows": "previewed"}
    )
    if not form.is_valid():
        raise invalid("due_at", " ".join(str(text) for texts in form.errors.values() for text in texts))
    return moment
