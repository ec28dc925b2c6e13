"""The page that shows what a publication would change, and requests exactly that."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from adops.forms.dates import format_instant
from adops.services.history import note_changes
from kernel.published.errors import StoreError
from publishing import catalog
from publishing.admin_text import counted_changes, refusal_line
from publishing.models import Publication
from publishing.pages.schedule_form import ScheduleForm
from publishing.problems import UnservableCatalog
from publishing.reasons import in_words
from publishing.roles import PUBLISH
from publishing.row_text import row_lines
from publishing.selectors import needs_second_person
from publishing.services import PublicationRefused, request_publication
from publishing.services.preview import Preview, last_edit, preview
from publishing.startup import configured_store
from web.people import person_of

LIST = "admin:publishing_publication_changelist"
_TEMPLATE = "admin/publishing/preview.html"
_BUTTON = Publication.Trigger.BUTTON
# A digest is that long; a longer text is none.
_DIGEST_CHARACTERS = 64
_BAD_REQUEST, _CONFLICT, _UNAVAILABLE = 400, 409, 503


def preview_page(request: HttpRequest) -> HttpResponse:
    """What would be published now, with the buttons that publish it now or later."""
    person_of(request, PUBLISH)
    try:
        return _page(request, seen_now())
    except (StoreError, UnservableCatalog) as error:
        return unseen(request, error)


def publish(request: HttpRequest) -> HttpResponse:
    """Requests a publication: with `digest`, of what was previewed and nothing else.

    Without it whatever the database holds when the worker reads it is published.
    """
    person_of(request, PUBLISH)
    digest = request.POST.get("digest", "")[:_DIGEST_CHARACTERS]
    try:
        seen, schedule = None, None
        if "schedule" in request.POST:
            schedule = ScheduleForm(request.POST)
            seen = seen_now()
            if not schedule.is_valid():
                return _page(request, seen, schedule, _BAD_REQUEST)
        elif needs_second_person(_BUTTON) or digest and request.POST.get("last_edit") != str(last_edit()):
            seen = seen_now()
    except (StoreError, UnservableCatalog) as error:
        return unseen(request, error)
    if seen is not None and digest and seen.digest != digest:
        text = _("The rows have changed since the preview: nothing was published. This is the new one.")
        messages.warning(request, text)
        return _page(request, seen, schedule, _CONFLICT)
    return _request(request, digest, seen, schedule)


def _request(
    request: HttpRequest, digest: str, seen: Preview | None, schedule: ScheduleForm | None
) -> HttpResponse:
    by, due_at = person_of(request, PUBLISH), None
    is_confirmed = "confirmed" in request.POST
    if schedule is not None:
        due_at = schedule.cleaned_data["due_at"]
        if not schedule.is_exact:
            # What will be there then has no one read.
            digest, seen, is_confirmed = "", None, False
    try:
        publication = request_publication(
            trigger=_BUTTON,
            requested_by=by,
            is_confirmed=is_confirmed,
            expected_digest=digest,
            due_at=due_at,
            changes=seen.changes if seen else None,
        )
    except PublicationRefused as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse(LIST))
    messages.success(request, _told(publication))
    if publication.state in (Publication.State.REQUESTED, Publication.State.SCHEDULED):
        note_changes(rows=[publication], by=by, words=lambda: _told(publication))
    return HttpResponseRedirect(reverse(LIST))


def _told(publication: Publication) -> str:
    values = {"id": publication.pk, "time": format_instant(publication.due_at)}
    if publication.state == Publication.State.REQUESTED:
        return _("Publication #%(id)s is requested, and waits until another person approves it.") % values
    if publication.state == Publication.State.SCHEDULED:
        return _("Publication #%(id)s is scheduled for %(time)s.") % values
    return _("Publication #%(id)s is requested.") % values


def seen_now() -> Preview:
    """Raises StoreError, and UnservableCatalog."""
    return preview(configured_store(), catalog.read_pages)


def _page(
    request: HttpRequest, seen: Preview, schedule: ScheduleForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **context_of(seen),
        "schedule": schedule or ScheduleForm(initial={"rows": "previewed"}),
        "needs_two": needs_second_person(_BUTTON),
    }
    return page_of(request, _TEMPLATE, _("What a publication changes"), context, status)


def unseen(request: HttpRequest, error: StoreError | UnservableCatalog) -> HttpResponse:
    """The page where there is nothing to show, with the reason."""
    if isinstance(error, StoreError):
        lines, status = [in_words(str(error))], _UNAVAILABLE
    else:
        lines, status = [refusal_line(one) for one in error.problems], 200
    context = {"problems": lines}
    title = _("What a publication changes")
    return page_of(request, _TEMPLATE, title, context, status)


def page_of(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the admin about publications."""
    context = {**admin.site.each_context(request), "opts": Publication._meta, "title": title, **context}
    return TemplateResponse(request, template, context, status=status)


def context_of(seen: Preview) -> dict[str, Any]:
    """A preview as the templates show it."""
    return {
        "preview": seen,
        "groups": groups_of(seen.changes),
        "problems": [refusal_line(problem) for problem in seen.problems],
    }


def groups_of(changes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes of each kind: their counts in words, the first rows, and how many more there are."""
    return [
        {
            "title": counted_changes({kind: change}),
            "lines": row_lines({kind: change}),
            "more": sum(change[what] for what in ("added", "changed", "removed")) - len(change["rows"]),
        }
        for kind, change in changes.items()
    ]
