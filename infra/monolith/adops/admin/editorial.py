"""Channels and contents."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.admin.attention import AttentionFilter
from adops.admin.base import AnnotatedRow, ArchivableAdmin, RowAdmin, StateAdmin, StateFilter
from adops.admin.columns import flight, image_preview
from adops.admin.fieldsets import CONTENT_FIELDSETS
from adops.admin.figures import FiguresOfPage
from adops.admin.filters import RunningFilter
from adops.forms.items import ContentForm
from adops.models import Channel, Content
from adops.selectors.counts import count_of
from adops.selectors.states import ContentState, contents_with_state
from adops.selectors.unknown_words import notes_about_words
from adops.selectors.warnings import warnings_of_content


@admin.register(Channel)
class ChannelAdmin(ArchivableAdmin):
    archive_consequence = _("Their contents are not shown any more once that is published.")
    list_display = ("name", "public_id", "status", "content_count", "updated_at")
    list_filter = ("status",)
    search_fields = ("name", "public_id")
    fields = ("name", "public_id", "status", "created_at", "updated_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        return super().get_queryset(request).annotate(content_count=count_of(Content, "channel"))

    def dependents_of(self, row: AnnotatedRow) -> str:
        count: int = row.content_count
        return ngettext("%(count)s content", "%(count)s contents", count) % {"count": f"{count:,}"}

    @admin.display(description=_("Contents"), ordering="content_count")
    def content_count(self, channel: AnnotatedRow) -> int:
        return channel.content_count


@admin.register(Content)
class ContentAdmin(FiguresOfPage, StateAdmin):
    form = ContentForm
    figures_by = "item"
    states = ContentState
    list_display = (
        "title",
        "public_id",
        "image",
        "live_state",
        "channel",
        "language",
        "life",
        "pinned_rank",
        *("all_impressions", "all_clicks", "all_invalid_clicks", "all_ctr"),
    )
    list_filter = (AttentionFilter, RunningFilter, StateFilter, "status", "channel", "language", "rating")
    list_select_related = ("channel",)
    search_fields = (
        "title",
        "public_id",
        "image_url",
        "landing_url",
        "channel__name",
        "channel__public_id",
    )
    autocomplete_fields = ("channel",)
    readonly_fields = ("preview", *RowAdmin.readonly_fields)
    fieldsets = CONTENT_FIELDSETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Content]:
        return contents_with_state(timezone.now()).order_by(*self.model._meta.ordering)

    def warnings_of(self, row: Content) -> list[str]:
        return warnings_of_content(row, timezone.now())

    def notes_of(self, row: Content) -> list[str]:
        return notes_about_words(row)

    @admin.display(description=_("Shown"), ordering="published_at")
    def life(self, content: Content) -> SafeString:
        return flight(content.published_at, content.expires_at)

    @admin.display(description=_("Image"))
    def image(self, content: Content) -> SafeString:
        return image_preview(content.image_url)

    @admin.display(description=_("preview"))
    def preview(self, content: Content) -> SafeString:
        return image_preview(content.image_url)
