"""The history of publications, with the buttons that publish and roll back."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from publishing.admin_text import (
    change_lines,
    counts_text,
    error_lines,
    refusal_line,
    seconds_text,
    summary,
)
from publishing.models import Publication
from publishing.pages.download import download
from publishing.pages.preview import LIST, preview_page, publish
from publishing.pages.restoring import restore_page
from publishing.pages.waiting import approve_page, cancel_publication
from publishing.problems import RowProblem
from publishing.roles import APPROVE, PUBLISH
from publishing.row_text import row_lines
from publishing.selectors import (
    failures_to_tell,
    is_to_be_confirmed,
    needs_second_person,
    overview,
    waiting_publications,
)
from publishing.services import RollbackRefused, request_rollback
from web.people import person_of
from web.read_only_admin import ReadOnlyAdmin


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    """Publications are a record: no form changes them."""

    change_list_template = "admin/publishing/publication/change_list.html"
    change_form_template = "admin/publishing/publication/change_form.html"
    list_display = ("id", "version", "state_text", "requested_at", "asked_by", "what_changed")
    list_display_links = ("id", "version")
    list_filter = ("state", "trigger")
    list_select_related = ("requested_by",)
    list_per_page = 50
    fields = (
        "state_text",
        "version",
        "rollback_of",
        "asked_by",
        "requested_at",
        "due_at",
        "approved_by",
        "approved_at",
        "canceled_by",
        "published_at",
        "finished_at",
        "seconds",
        "rows",
        "all_changes",
        "changed_rows",
        "problems",
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("preview/", wrap(preview_page), name="publishing_preview"),
            path("preview/changes.<slug:form>", wrap(download), name="publishing_changes"),
            path("restore/", wrap(restore_page), name="publishing_restore"),
            path("publish/", wrap(require_POST(publish)), name="publishing_publish"),
            path("approve/<int:publication_id>/", wrap(approve_page), name="publishing_approve"),
            path(
                "cancel/<int:publication_id>/",
                wrap(require_POST(cancel_publication)),
                name="publishing_cancel",
            ),
            path("rollback/<int:version>/", wrap(self.rollback), name="publishing_rollback"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def rollback(self, request: HttpRequest, version: int) -> HttpResponse:
        publisher = person_of(request, PUBLISH)
        try:
            publication = request_rollback(
                version=version, trigger=Publication.Trigger.BUTTON, requested_by=publisher
            )
        except RollbackRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse(LIST))
        text = _("Rollback to version %(version)s is requested: publication #%(id)s.")
        self.message_user(request, text % {"version": version, "id": publication.pk}, messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request,
            {
                "may_publish": request.user.has_perm(PUBLISH),
                "may_approve": request.user.has_perm(APPROVE),
                "overview": overview(),
                "waiting": waiting_publications(),
                **(extra_context or {}),
            },
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        publication = self.get_object(request, object_id)
        may_roll_back = request.user.has_perm(PUBLISH) and (
            publication is not None and publication.state == Publication.State.PUBLISHED
        )
        may_confirm = request.user.has_perm(PUBLISH) and (
            publication is not None
            and is_to_be_confirmed(publication)
            and not needs_second_person(Publication.Trigger.BUTTON)
        )
        if publication is not None and request.user.is_authenticated:
            failures_to_tell(request.user).filter(pk=publication.pk).update(failure_seen_at=timezone.now())
        context = {"may_roll_back": may_roll_back, "may_confirm": may_confirm, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=pgettext_lazy("publication", "state"), ordering="state")
    def state_text(self, publication: Publication) -> str:
        if publication.state == Publication.State.PUBLISHING:
            done = f"{publication.rows_done:,} / {publication.rows_total:,}"
            return f"{publication.get_state_display()} ({done})"
        return publication.get_state_display()

    @admin.display(description=gettext_lazy("requested by"))
    def asked_by(self, publication: Publication) -> str:
        person = publication.requested_by
        return person.get_username() if person else publication.get_trigger_display()

    @admin.display(description=gettext_lazy("what changed"))
    def what_changed(self, publication: Publication) -> str:
        return summary(publication)

    @admin.display(description=gettext_lazy("rows"))
    def rows(self, publication: Publication) -> str:
        return counts_text(publication.row_counts)

    @admin.display(description=gettext_lazy("what changed"))
    def all_changes(self, publication: Publication) -> SafeString:
        return _list(change_lines(publication.changes))

    @admin.display(description=gettext_lazy("changed rows"))
    def changed_rows(self, publication: Publication) -> SafeString:
        """The first rows of each kind: with names, links, old and new."""
        return _list([*row_lines(publication.changes)])

    @admin.display(description=gettext_lazy("error"))
    def problems(self, publication: Publication) -> SafeString:
        """Each problem. One of a row leads to the form in which the row is corrected."""
        lines = error_lines(publication)
        refusals = [RowProblem(**refusal) for refusal in publication.refusals]
        return _list([*map(refusal_line, refusals), *lines[len(refusals) :]])

    @admin.display(description=gettext_lazy("seconds"))
    def seconds(self, publication: Publication) -> str:
        return seconds_text(publication.step_seconds)


def _list(lines: list[str] | list[SafeString | str]) -> SafeString:
    if not lines:
        return format_html("{}", "-")
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((x,) for x in lines)))
