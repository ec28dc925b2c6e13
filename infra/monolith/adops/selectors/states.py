"""The current states of rows, computed by the database: one query for a list, and a filter.

A state is what a row does now, with the served version: a row that no version has is not serving,
and one that is paused in the database is served until a version without it is published.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, Substr
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from adops.models import (
    Campaign,
    Content,
    Creative,
    GoalKind,
    LineItem,
    Pricing,
    Rates,
    ServedRow,
    ServedVersion,
    Status,
    Tier,
)
from adops.selectors.performance import delivered_count
from delivery.hours import zone_of


class LineItemState(models.TextChoices):
    """The first that applies, in this order."""

    STILL_SERVED = "still_served", _("still served: not published")
    ARCHIVED = "archived", _("archived")
    PAUSED = "paused", _("paused")
    CAMPAIGN_ARCHIVED = "campaign_archived", _("campaign archived")
    CAMPAIGN_PAUSED = "campaign_paused", _("campaign paused")
    ENDED = "ended", _("ended")
    OUTSIDE_CAMPAIGN = "outside_campaign", _("outside the campaign's dates")
    BUDGET_SPENT = "budget_spent", _("budget spent")
    GOAL_REACHED = "goal_reached", _("goal reached")
    NO_CREATIVE = "no_creative", _("no creative")
    NO_HOURS = "no_hours", _("no hours")
    CONTRADICTORY = "contradictory", _("contradictory targeting")
    CAP_OF_ZERO = "cap_of_zero", _("cap of 0")
    NO_PRICE = "no_price", _("price of 0")
    NO_RATES = "no_rates", _("no rates")
    STARTS_LATER = "starts_later", _("starts later")
    DAILY_BUDGET_SPENT = "daily_budget_spent", _("daily budget spent")
    NOT_PUBLISHED = "not_published", _("not published yet")
    OUTSIDE_HOURS = "outside_hours", _("outside its hours")
    SERVING = "serving", _("serving")


class CampaignState(models.TextChoices):
    """The first that applies, in this order."""

    STILL_SERVED = "still_served", _("still served: not published")
    ARCHIVED = "archived", _("archived")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    BUDGET_SPENT = "budget_spent", _("budget spent")
    NO_LINE_ITEM = "no_line_item", _("no line item")
    ALL_PAUSED = "all_paused", _("all line items paused")
    CAP_OF_ZERO = "cap_of_zero", _("cap of 0")
    STARTS_LATER = "starts_later", _("starts later")
    DAILY_BUDGET_SPENT = "daily_budget_spent", _("daily budget spent")
    NOT_PUBLISHED = "not_published", _("not published yet")
    NOTHING_SERVES = "nothing_serves", _("no line item serves")
    SERVING = "serving", _("serving")


class ContentState(models.TextChoices):
    """The first that applies, in this order."""

    STILL_SERVED = "still_served", _("still served: not published")
    BLOCKED = "blocked", _("blocked")
    ARCHIVED = "archived", _("archived")
    PAUSED = "paused", _("paused")
    CHANNEL_ARCHIVED = "channel_archived", _("channel archived")
    EXPIRED = "expired", _("expired")
    CONTRADICTORY = "contradictory", _("contradictory targeting")
    STARTS_LATER = "starts_later", _("starts later")
    NOT_PUBLISHED = "not_published", _("not published yet")
    SERVING = "serving", _("serving")


def line_items_with_state(now: datetime) -> QuerySet[Any]:
    """Line items with `state`, and `opens_at` and `closes_at`: the dates that hold."""
    creatives = Creative.objects.filter(line_item=OuterRef("pk"), status=Status.ACTIVE)
    is_active = Q(status=Status.ACTIVE, campaign__status=Status.ACTIVE)
    has_not_ended = Q(closes_at=None) | Q(closes_at__gt=now)
    state = LineItemState
    return LineItem.objects.annotate(
        # The later beginning and the earlier end. Where one is null, so are these.
        opens_at=Coalesce(Greatest("starts_at", "campaign__starts_at"), "campaign__starts_at"),
        closes_at=Coalesce(Least("ends_at", "campaign__ends_at"), "ends_at", "campaign__ends_at"),
    ).annotate(
        state=_first(
            (~is_active & has_not_ended & is_served("line_item"), state.STILL_SERVED),
            (Q(status=Status.ARCHIVED), state.ARCHIVED),
            (Q(status=Status.PAUSED), state.PAUSED),
            (Q(campaign__status=Status.ARCHIVED), state.CAMPAIGN_ARCHIVED),
            (Q(campaign__status=Status.PAUSED), state.CAMPAIGN_PAUSED),
            (Q(closes_at__lte=now), state.ENDED),
            (Q(opens_at__gte=F("closes_at")), state.OUTSIDE_CAMPAIGN),
            (_budget_spent("campaign__"), state.BUDGET_SPENT),
            (_goal_reached(), state.GOAL_REACHED),
            (~Exists(creatives), state.NO_CREATIVE),
            (Q(dayparts=[]), state.NO_HOURS),
            (Q(admits_no_phone=True), state.CONTRADICTORY),
            (_cap_of_zero(), state.CAP_OF_ZERO),
            (Q(price_micros=0) & ~Q(tier=Tier.HOUSE), state.NO_PRICE),
            (_without_rates(), state.NO_RATES),
            (Q(opens_at__gt=now), state.STARTS_LATER),
            (_daily_budget_spent("campaign__", now), state.DAILY_BUDGET_SPENT),
            (is_not_served("line_item"), state.NOT_PUBLISHED),
            (_outside_hours(now), state.OUTSIDE_HOURS),
            otherwise=state.SERVING,
        )
    )


def campaigns_with_state(now: datetime) -> QuerySet[Any]:
    """Campaigns with `state` and `opens_at`."""
    kept = LineItem.objects.filter(campaign=OuterRef("pk")).exclude(status=Status.ARCHIVED)
    active = LineItem.objects.filter(campaign=OuterRef("pk"), status=Status.ACTIVE)
    serving = line_items_with_state(now).filter(campaign=OuterRef("pk"), state=LineItemState.SERVING)
    has_not_ended = Q(ends_at=None) | Q(ends_at__gt=now)
    state = CampaignState
    return Campaign.objects.annotate(opens_at=F("starts_at")).annotate(
        state=_first(
            (~Q(status=Status.ACTIVE) & has_not_ended & is_served("campaign"), state.STILL_SERVED),
            (Q(status=Status.ARCHIVED), state.ARCHIVED),
            (Q(status=Status.PAUSED), state.PAUSED),
            (Q(ends_at__lte=now), state.ENDED),
            (_budget_spent(""), state.BUDGET_SPENT),
            (~Exists(kept), state.NO_LINE_ITEM),
            (~Exists(active), state.ALL_PAUSED),
            (Q(allows_none=True) | Q(advertiser__allows_none=True), state.CAP_OF_ZERO),
            (Q(starts_at__gt=now), state.STARTS_LATER),
            (_daily_budget_spent("", now), state.DAILY_BUDGET_SPENT),
            (is_not_served("campaign"), state.NOT_PUBLISHED),
            (~Exists(serving), state.NOTHING_SERVES),
            otherwise=state.SERVING,
        )
    )


def contents_with_state(now: datetime) -> QuerySet[Any]:
    """Contents with `state` and `opens_at`."""
    is_active = Q(status=Status.ACTIVE, channel__status=Status.ACTIVE)
    has_not_ended = Q(expires_at=None) | Q(expires_at__gt=now)
    state = ContentState
    return Content.objects.annotate(opens_at=F("published_at")).annotate(
        state=_first(
            (~is_active & has_not_ended & is_served("content"), state.STILL_SERVED),
            (Q(status=Status.BLOCKED), state.BLOCKED),
            (Q(status=Status.ARCHIVED), state.ARCHIVED),
            (Q(status=Status.PAUSED), state.PAUSED),
            (Q(channel__status=Status.ARCHIVED), state.CHANNEL_ARCHIVED),
            (Q(expires_at__lte=now), state.EXPIRED),
            (Q(admits_no_phone=True), state.CONTRADICTORY),
            (Q(published_at__gt=now), state.STARTS_LATER),
            (is_not_served("content"), state.NOT_PUBLISHED),
            otherwise=state.SERVING,
        )
    )


def is_served(kind: str) -> Exists:
    """Whether the served version has the row of the outer query."""
    return Exists(ServedRow.objects.filter(kind=kind, key=OuterRef("public_id")))


def is_not_served(kind: str) -> Q:
    """Whether it is known that the served version has not."""
    return Q(Exists(ServedVersion.objects.all()), ~is_served(kind))


def _first(*states: tuple[Any, str], otherwise: str) -> Case:
    """The state of the first condition that holds."""
    cases = [When(condition, then=Value(state)) for condition, state in states]
    return Case(*cases, default=Value(otherwise), output_field=models.CharField())


def _cap_of_zero() -> Q:
    return Q(allows_none=True) | Q(campaign__allows_none=True) | Q(campaign__advertiser__allows_none=True)


def _without_rates() -> Q:
    """Whether a price per click, action or install brings nothing, because no rate is known."""
    rates = Rates.objects.filter(line_item=OuterRef("pk"), ctr_ppm__gt=0)
    per_action = Q(pricing__in=[Pricing.CPA, Pricing.CPI]) & ~Exists(rates.filter(cvr_ppm__gt=0))
    # A rate of clicks is learned, unless an operator typed one.
    per_click = Q(pricing=Pricing.CPC, default_ctr_ppm=0) & ~Exists(rates)
    return Q(~Q(tier=Tier.HOUSE), per_action | per_click)


def _outside_hours(now: datetime) -> Q:
    """By the clock of the admin's time zone; each user has an own one."""
    local = now.astimezone(zone_of(str(settings.ADMIN_TIME_ZONE)))
    hour = local.weekday() * 24 + local.hour
    return Q(Exact(Substr("open_hours", hour + 1, 1), Value("0")))


def _budget_spent(campaign: str) -> Q:
    return Q(**{f"{campaign}spent_micros__gte": F(f"{campaign}budget_micros")})


def _daily_budget_spent(campaign: str, now: datetime) -> Q:
    is_spent = Q(**{f"{campaign}spent_today_micros__gte": F(f"{campaign}daily_budget_micros")})
    return is_spent & (
        # What was spent on a day that is over says nothing about the present one.
        Q(**{f"{campaign}today_ends_at__gt": now}) | Q(**{f"{campaign}daily_budget_micros": 0})
    )


def _goal_reached() -> Q:
    return Q(goal_kind=GoalKind.IMPRESSIONS, goal_count__lte=delivered_count("impressions")) | Q(
        goal_kind=GoalKind.CLICKS, goal_count__lte=delivered_count("clicks")
    )
