"""The list of all creatives, in which one is found by what it shows and where it leads."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adops.admin.base import AnnotatedRow, RowAdmin, StateAdmin
from adops.admin.columns import image_preview, link_to, state_badge
from adops.forms.addresses import readable
from adops.models import Creative, Status
from adops.rules.vocabulary import canonical_landing_url
from adops.selectors.states import LineItemState, line_items_with_state


@admin.register(Creative)
class CreativeAdmin(StateAdmin):
    states = LineItemState
    list_display = (
        "title",
        "public_id",
        "image",
        "status",
        "line_items_state",
        "line_item_link",
        "landing_page",
        "weight",
    )
    list_filter = ("status",)
    list_select_related = ("line_item",)
    search_fields = (
        "title",
        "public_id",
        "body",
        "image_url",
        "landing_url",
        "line_item__name",
        "line_item__public_id",
    )
    autocomplete_fields = ("line_item",)
    readonly_fields = ("preview", *RowAdmin.readonly_fields)
    fieldsets = (
        (None, {"fields": ("title", "public_id", "line_item", "status", "weight")}),
        (_("Texts"), {"fields": ("body", "call_to_action")}),
        (_("Image and landing page"), {"fields": (("image_url", "preview"), "landing_url")}),
        (_("History"), {"fields": ("created_at", "updated_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Creative]:
        of_line_item = line_items_with_state(timezone.now()).filter(pk=OuterRef("line_item"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                state=Subquery(of_line_item.values("state")[:1]),
                opens_at=Subquery(of_line_item.values("opens_at")[:1]),
            )
        )

    @admin.display(description=_("Line item’s state"))
    def line_items_state(self, creative: AnnotatedRow) -> SafeString:
        if creative.status != Status.ACTIVE:
            return SafeString("")
        return state_badge(creative, self.states)

    @admin.display(description=_("Line item"), ordering="line_item__name")
    def line_item_link(self, creative: Creative) -> SafeString:
        return link_to(creative.line_item, creative.line_item.name)

    @admin.display(description=_("Landing page"), ordering="landing_url")
    def landing_page(self, creative: Creative) -> str:
        return readable(creative.landing_url, canonical_landing_url)

    @admin.display(description=_("Image"))
    def image(self, creative: Creative) -> SafeString:
        return image_preview(creative.image_url)

    @admin.display(description=_("preview"))
    def preview(self, creative: Creative) -> SafeString:
        return image_preview(creative.image_url)
