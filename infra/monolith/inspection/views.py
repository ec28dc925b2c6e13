"""The pages `why not?` and `preview`. They read, and change nothing."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adops.models import Content, LineItem, Unit
from inspection.depths import impressions_of_a_request
from inspection.forecast import DAY_HOURS, MEASURED_ERROR, WEEK_HOURS, delivery, live
from inspection.forms import PhoneForm
from inspection.inspector import InspectionFailed, Period, Question, Refused, WrongFields
from inspection.outcome import outcome
from inspection.rows import PUBLISHED, configured_inspector, rows_named, rows_with
from inspection.screen import slots_of
from inspection.wording import Words
from web.people import person_of

_MODELS: dict[str, Any] = {"line_item": LineItem, "content": Content}
# The member that says that a form was sent, and the page not just opened.
_ASKED = "unit"


@require_safe
def why_not(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Why an item is not shown to a phone, or where it is."""
    model = _MODELS[kind]
    person_of(request, f"adops.view_{model._meta.model_name}")
    item = get_object_or_404(model, pk=pk)
    form = _form(request, "lockscreen")
    context = {
        "item": item,
        "opts": model._meta,
        "title": _("Why not? %(name)s") % {"name": item},
        "form": form,
    }
    if form.is_valid():
        context |= _answered(form, lambda question: _why_not(form, item, kind, question))
    return _page(request, "inspection/why_not.html", context)


def _why_not(form: PhoneForm, item: Any, kind: str, question: Question) -> dict[str, Any]:
    document = configured_inspector().why_not(question, kind, item.public_id)
    unit = Unit.objects.filter(public_id=form.cleaned_data["unit"]).first()
    words = Words(item, unit, document)
    lines = words.lines(document["checks"])
    return {
        "outcome": outcome(item, document, lines, words),
        "failed": [line for line in lines if not line.passes],
        "passed": [line for line in lines if line.passes],
        "slots": slots_of(document["screen"], form.zone()),
        "own_id": item.public_id,
        "version": document["screen"]["outlook"]["version"],
    }


@require_safe
def forecast(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What the sampled requests say: of the last day as it was served, and of the edited item."""
    model = _MODELS[kind]
    person_of(request, f"adops.view_{model._meta.model_name}")
    item = get_object_or_404(model, pk=pk)
    inspector, now = configured_inspector(), timezone.now()
    depths = impressions_of_a_request(now, WEEK_HOURS)

    def of_day() -> dict[str, Any]:
        rows = rows_named(PUBLISHED)
        period = Period(DAY_HOURS, ahead=False, impressions_of_a_request=depths)
        return inspector.forecast(rows, kind, item.public_id, period)

    def of_week() -> dict[str, Any]:
        rows = rows_with(item)
        # Contents are shown while they are new: those of the week to come are not known.
        period = Period(WEEK_HOURS, isinstance(item, LineItem), depths)
        return inspector.forecast(rows, kind, item.public_id, period)

    day, week = _tried(of_day), _tried(of_week)
    for part in (day, week):
        if document := part.get("document"):
            part["live"] = live(document)
    if "document" in week and isinstance(item, LineItem):
        week["delivery"] = delivery(item, week["document"], now)
    title = _("Forecast: %(name)s") % {"name": item}
    context = {"item": item, "opts": model._meta, "title": title, "day": day, "week": week}
    context["error"] = MEASURED_ERROR
    return _page(request, "inspection/forecast.html", context)


def _tried(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The document of an answer, or why there is none."""
    try:
        return {"document": ask()}
    except Refused as error:
        return {"refusals": error.lines, "refusals_in_all": error.in_all}
    except InspectionFailed as error:
        return {"failure": str(error)}


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """The lock screen of a phone. Nothing is counted."""
    person_of(request, "adops.view_unit")
    form = _form(request, "lockscreen")
    context: dict[str, Any] = {"title": _("Preview"), "form": form, "opts": Unit._meta}
    if form.is_valid():
        context |= _answered(form, lambda question: _preview(form, question))
    return _page(request, "inspection/preview.html", context)


def _preview(form: PhoneForm, question: Question) -> dict[str, Any]:
    document = configured_inspector().preview(question)
    zone = form.zone()
    return {
        "slots": slots_of(document, zone),
        "no_fill_reason": document["no_fill_reason"],
        "version": document["outlook"]["version"],
        "is_answered": True,
    }


def _answered(form: PhoneForm, ask: Callable[[Question], dict[str, Any]]) -> dict[str, Any]:
    """What a template shows of the answer, or why there is none."""
    try:
        return ask(form.question())
    except WrongFields as error:
        form.refuse(error.problems)
        return {}
    except Refused as error:
        return {"refusals": error.lines, "refusals_in_all": error.in_all}
    except InspectionFailed as error:
        return {"failure": str(error)}


def _form(request: HttpRequest, allocation: str) -> PhoneForm:
    """The sent form; at first one about a phone at the first unit, now, that sends nothing else."""
    if _ASKED in request.GET:
        return PhoneForm(request.GET)
    empty = PhoneForm()
    units: Any = empty.fields["unit"]
    first = units.choices[0][0] if units.choices else ""
    values = {"rows": "published", "allocation": allocation, "unit": first, "user_id": "preview"}
    return PhoneForm(values) if first else empty


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
