"""Advertisers, campaigns, line items and their creatives."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import smart_split
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.admin.attention import AttentionFilter
from adops.admin.base import (
    AnnotatedRow,
    DeliveredColumns,
    RowAdmin,
    StateAdmin,
    StateFilter,
    TypedFields,
    report_resumed,
    report_switch,
)
from adops.admin.children import Children, ShowsChildren
from adops.admin.columns import flight, image_preview, link_to, spent_by_currency
from adops.admin.fieldsets import LINE_ITEM_FIELDSETS
from adops.admin.figures import FiguresOfPage
from adops.admin.filters import (
    AdvertiserOfCampaign,
    AdvertiserOfLineItem,
    CampaignOfLineItem,
    RunningFilter,
)
from adops.amounts import format_money
from adops.forms.creatives import CreativeFormSet
from adops.forms.items import AdvertiserForm, CampaignForm, LineItemForm
from adops.models import Advertiser, Campaign, Creative, GoalKind, LineItem, Status
from adops.selectors.counts import count_of
from adops.selectors.performance import with_campaigns_delivery, with_line_items_delivery
from adops.selectors.standing import standing_of_campaign, standing_of_line_item
from adops.selectors.states import (
    CampaignState,
    LineItemState,
    campaigns_with_state,
    line_items_with_state,
)
from adops.selectors.unknown_words import notes_about_words
from adops.selectors.warnings import warnings_of_campaign, warnings_of_line_item
from adops.services.cloning import clone_campaign, clone_line_item
from adops.services.switching import resume, switch
from delivery.columns import PACE, pace_bar
from delivery.money import NANOS_PER_MICRO
from web.people import person_of


@admin.register(Advertiser)
class AdvertiserAdmin(FiguresOfPage, ShowsChildren, RowAdmin):
    form = AdvertiserForm
    children = Children(Campaign, "advertiser", ("name", "live_state", "flight", "spent", "impressions"))
    figures_by = "advertiser"
    list_display = (
        *("name", "public_id", "campaign_count"),
        *("all_impressions", "all_clicks", "all_invalid_clicks", "all_ctr", "all_spent"),
        "updated_at",
    )
    search_fields = ("name", "public_id")
    fields = ("name", "public_id", "caps", "created_at", "updated_at")
    actions = ("pause_campaigns", "resume_campaigns")

    @admin.action(description=_("Pause the campaigns of the selected advertisers"), permissions=["change"])
    def pause_campaigns(self, request: HttpRequest, queryset: QuerySet[Advertiser]) -> None:
        campaigns = Campaign.objects.filter(advertiser__in=queryset.values("pk"))
        changed = switch(rows=campaigns, status=Status.PAUSED, by=person_of(request))
        report_switch(self, request, changed, Status.PAUSED)

    @admin.action(description=_("Resume the campaigns that a pause has stopped"), permissions=["change"])
    def resume_campaigns(self, request: HttpRequest, queryset: QuerySet[Advertiser]) -> None:
        campaigns = Campaign.objects.filter(advertiser__in=queryset.values("pk"))
        report_resumed(self, request, *resume(rows=campaigns, by=person_of(request)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Advertiser]:
        return super().get_queryset(request).annotate(campaign_count=count_of(Campaign, "advertiser"))

    @admin.display(description=_("Campaigns"), ordering="campaign_count")
    def campaign_count(self, advertiser: AnnotatedRow) -> SafeString:
        return _list_link("campaign", "advertiser", advertiser.pk, advertiser.campaign_count)


@admin.register(Campaign)
class CampaignAdmin(DeliveredColumns, ShowsChildren, StateAdmin):
    form = CampaignForm
    children = Children(
        LineItem, "campaign", ("name", "live_state", "flight", "impressions", "clicks", "spent", "remaining")
    )
    states = CampaignState
    list_display = (
        "name",
        "public_id",
        "live_state",
        "advertiser_link",
        "flight",
        "budget",
        "spent",
        "remaining",
        "pace",
        "impressions",
        "clicks",
        "invalid_clicks",
        "ctr",
        "line_item_count",
    )
    list_filter = (AttentionFilter, AdvertiserOfCampaign, RunningFilter, StateFilter, "status")
    list_select_related = ("advertiser",)
    search_fields = ("name", "public_id", "advertiser__name", "advertiser__public_id")
    autocomplete_fields = ("advertiser",)
    actions = (*StateAdmin.actions, "clone")
    readonly_fields = ("spent", "spent_today", "remaining", *RowAdmin.readonly_fields)
    fieldsets = (
        (None, {"fields": ("name", "public_id", "advertiser", "status")}),
        (_("Flight"), {"fields": ("starts_at", "ends_at")}),
        (
            _("Budget"),
            {
                "fields": (
                    ("budget_micros", "daily_budget_micros", "budget_currency"),
                    "timezone",
                    ("spent", "spent_today", "remaining"),
                )
            },
        ),
        (_("Caps over all line items of the campaign"), {"fields": ("caps",)}),
        (_("History"), {"fields": ("created_at", "updated_at"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        campaigns = with_campaigns_delivery(campaigns_with_state(timezone.now()))
        return campaigns.annotate(line_item_count=count_of(LineItem, "campaign")).order_by(
            *self.model._meta.ordering
        )

    def warnings_of(self, row: Campaign) -> list[str]:
        return warnings_of_campaign(row, timezone.now())

    @admin.display(description=_("Flight"), ordering="starts_at")
    def flight(self, campaign: Campaign) -> SafeString:
        return flight(campaign.starts_at, campaign.ends_at)

    @admin.display(description=_("Advertiser"), ordering="advertiser__name")
    def advertiser_link(self, campaign: Campaign) -> SafeString:
        return link_to(campaign.advertiser, campaign.advertiser.name)

    @admin.display(description=_("Budget"), ordering="budget_micros")
    def budget(self, campaign: Campaign) -> str:
        if campaign.budget_micros is None:
            return ""
        return format_money(campaign.budget_micros, campaign.budget_currency_id or "")

    @admin.display(description=_("Spent"), ordering="spent_micros")
    def spent(self, campaign: Campaign) -> str:
        """What was delivered, and how much of it is beyond the budget and not billed."""
        if campaign.budget_currency_id is None:
            return spent_by_currency(campaign.public_id)
        spent = format_money(campaign.spent_micros, campaign.budget_currency_id)
        budget_micros = campaign.budget_micros
        if budget_micros is None or campaign.spent_micros <= budget_micros:
            return spent
        beyond = format_money(campaign.spent_micros - budget_micros, campaign.budget_currency_id)
        return str(_("%(spent)s (%(beyond)s not billed)") % {"spent": spent, "beyond": beyond})

    @admin.display(description=_("Spent today"))
    def spent_today(self, campaign: Campaign) -> str:
        is_known = campaign.today_ends_at is not None and campaign.today_ends_at > timezone.now()
        if campaign.budget_currency_id is None or not is_known:
            return ""
        return format_money(campaign.spent_today_micros, campaign.budget_currency_id)

    @admin.display(description=_("Remaining"))
    def remaining(self, campaign: Campaign) -> str:
        if campaign.budget_micros is None or campaign.budget_currency_id is None:
            return ""
        left_micros = max(campaign.budget_micros - campaign.spent_micros, 0)
        return format_money(left_micros, campaign.budget_currency_id)

    @admin.display(description=PACE)
    def pace(self, campaign: Campaign) -> SafeString:
        return pace_bar(standing_of_campaign(campaign, timezone.now()).pace)

    @admin.display(description=_("Line items"), ordering="line_item_count")
    def line_item_count(self, campaign: AnnotatedRow) -> SafeString:
        return _list_link("lineitem", "campaign", campaign.pk, campaign.line_item_count)

    @admin.action(description=_("Clone, with line items and creatives"), permissions=["add"])
    def clone(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> None:
        by = person_of(request)
        _clone_all(self, request, queryset, lambda row: clone_campaign(campaign=row, by=by))


class CreativeInline(TypedFields, admin.StackedInline):
    """The creatives of a line item, each with its image."""

    model = Creative
    formset = CreativeFormSet
    extra = 0
    fields = (
        ("title", "call_to_action"),
        "body",
        ("image_url", "preview"),
        "landing_url",
        ("weight", "status", "public_id"),
    )
    # The id is drawn when the creative is saved: several empty ids would be duplicates to the form.
    readonly_fields = ("preview", "public_id")

    @admin.display(description=_("preview"))
    def preview(self, creative: Creative) -> SafeString:
        return image_preview(creative.image_url)


@admin.register(LineItem)
class LineItemAdmin(DeliveredColumns, StateAdmin):
    form = LineItemForm
    states = LineItemState
    inlines = (CreativeInline,)
    list_display = (
        "name",
        "public_id",
        "live_state",
        "campaign_link",
        "tier",
        "price",
        "flight",
        "impressions",
        "clicks",
        "invalid_clicks",
        "ctr",
        "spent",
        "remaining",
        "pace",
        "creative_count",
    )
    list_filter = (
        AttentionFilter,
        AdvertiserOfLineItem,
        CampaignOfLineItem,
        RunningFilter,
        StateFilter,
        "status",
        "tier",
        "pricing",
        "currency",
        "rating",
    )
    list_select_related = ("campaign",)
    search_fields = (
        "name",
        "public_id",
        "campaign__name",
        "campaign__public_id",
        "campaign__advertiser__name",
    )
    creative_search_fields = ("title", "public_id", "image_url", "landing_url")
    autocomplete_fields = ("campaign",)
    actions = (*StateAdmin.actions, "clone")
    fieldsets = LINE_ITEM_FIELDSETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[LineItem]:
        line_items = with_line_items_delivery(line_items_with_state(timezone.now()))
        return line_items.annotate(creative_count=count_of(Creative, "line_item")).order_by(
            *self.model._meta.ordering
        )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        """Line items that have all words themselves, or a creative that has."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            creatives = Creative.objects.all()
            for word in smart_split(search_term):
                has_word = [Q(**{f"{name}__icontains": word}) for name in self.creative_search_fields]
                creatives = creatives.filter(reduce(or_, has_word))
            found |= queryset.filter(pk__in=creatives.values("line_item"))
        return found, may_repeat

    def warnings_of(self, row: LineItem) -> list[str]:
        return warnings_of_line_item(row, timezone.now())

    def notes_of(self, row: LineItem) -> list[str]:
        return notes_about_words(row)

    @admin.display(description=_("Campaign"), ordering="campaign__name")
    def campaign_link(self, line_item: LineItem) -> SafeString:
        return link_to(line_item.campaign, line_item.campaign.name)

    @admin.display(description=_("Price"), ordering="price_micros")
    def price(self, line_item: LineItem) -> str:
        money = format_money(line_item.price_micros, line_item.currency_id)
        return f"{money} {line_item.pricing.upper()}"

    @admin.display(description=_("Flight"), ordering="opens_at")
    def flight(self, line_item: AnnotatedRow) -> SafeString:
        return flight(line_item.opens_at, line_item.closes_at)

    @admin.display(description=_("Spent"), ordering="spent_nanos")
    def spent(self, line_item: AnnotatedRow) -> str:
        return format_money(line_item.spent_nanos // NANOS_PER_MICRO, line_item.currency_id)

    @admin.display(description=_("Goal left"))
    def remaining(self, line_item: AnnotatedRow) -> str:
        if line_item.goal_count is None:
            return ""
        reached = line_item.clicks if line_item.goal_kind == GoalKind.CLICKS else line_item.impressions
        left = max(line_item.goal_count - reached, 0)
        return f"{left:,} {GoalKind(line_item.goal_kind).label}"

    @admin.display(description=PACE)
    def pace(self, line_item: AnnotatedRow) -> SafeString:
        return pace_bar(standing_of_line_item(line_item, line_item, timezone.now()).pace)

    @admin.display(description=_("Creatives"), ordering="creative_count")
    def creative_count(self, line_item: AnnotatedRow) -> int:
        return line_item.creative_count

    @admin.action(description=_("Clone, with creatives"), permissions=["add"])
    def clone(self, request: HttpRequest, queryset: QuerySet[LineItem]) -> None:
        by = person_of(request)
        _clone_all(self, request, queryset, lambda row: clone_line_item(line_item=row, by=by))


def _list_link(model: str, parameter: str, pk: int, count: int) -> SafeString:
    url = reverse(f"admin:adops_{model}_changelist")
    return format_html('<a href="{}?{}__id__exact={}">{}</a>', url, parameter, pk, count)


def _clone_all(
    model_admin: StateAdmin, request: HttpRequest, rows: QuerySet, clone: Callable[[Any], Any]
) -> None:
    copies = [clone(row) for row in rows]
    text = ngettext("%(count)s copy, paused: %(names)s", "%(count)s copies, paused: %(names)s", len(copies))
    names = ", ".join(copy.public_id for copy in copies)
    message = text % {"count": len(copies), "names": names}
    model_admin.message_user(request, message, messages.SUCCESS)
