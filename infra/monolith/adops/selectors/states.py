"""The current states of rows, computed by the database: one query for a list, and a filter.

Whether the newest catalog has a change already is for publishing to say.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from adops.models import Campaign, Content, Creative, GoalKind, LineItem, Status
from adops.selectors.performance import delivered_count


class LineItemState(models.TextChoices):
    """The first that applies, in this order."""

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
    STARTS_LATER = "starts_later", _("starts later")
    DAILY_BUDGET_SPENT = "daily_budget_spent", _("daily budget spent")
    SERVING = "serving", _("serving")


class CampaignState(models.TextChoices):
    """The first that applies, in this order."""

    ARCHIVED = "archived", _("archived")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")
    BUDGET_SPENT = "budget_spent", _("budget spent")
    NO_LINE_ITEM = "no_line_item", _("no line item")
    STARTS_LATER = "starts_later", _("starts later")
    DAILY_BUDGET_SPENT = "daily_budget_spent", _("daily budget spent")
    NOTHING_SERVES = "nothing_serves", _("no line item serves")
    SERVING = "serving", _("serving")


class ContentState(models.TextChoices):
    """The first that applies, in this order."""

    BLOCKED = "blocked", _("blocked")
    ARCHIVED = "archived", _("archived")
    PAUSED = "paused", _("paused")
    EXPIRED = "expired", _("expired")
    STARTS_LATER = "starts_later", _("starts later")
    SERVING = "serving", _("serving")


def line_items_with_state(now: datetime) -> QuerySet[Any]:
    """Line items with `state`, and `opens_at` and `closes_at`: the dates that hold."""
    creatives = Creative.objects.filter(line_item=OuterRef("pk"), status=Status.ACTIVE)
    state = LineItemState
    return LineItem.objects.annotate(
        # The later beginning and the earlier end. Where one is null, so are these.
        opens_at=Coalesce(Greatest("starts_at", "campaign__starts_at"), "campaign__starts_at"),
        closes_at=Coalesce(Least("ends_at", "campaign__ends_at"), "ends_at", "campaign__ends_at"),
    ).annotate(
        state=Case(
            When(status=Status.ARCHIVED, then=Value(state.ARCHIVED)),
            When(status=Status.PAUSED, then=Value(state.PAUSED)),
            When(campaign__status=Status.ARCHIVED, then=Value(state.CAMPAIGN_ARCHIVED)),
            When(campaign__status=Status.PAUSED, then=Value(state.CAMPAIGN_PAUSED)),
            When(closes_at__lte=now, then=Value(state.ENDED)),
            When(opens_at__gte=F("closes_at"), then=Value(state.OUTSIDE_CAMPAIGN)),
            When(_budget_spent("campaign__"), then=Value(state.BUDGET_SPENT)),
            When(_goal_reached(), then=Value(state.GOAL_REACHED)),
            When(~Exists(creatives), then=Value(state.NO_CREATIVE)),
            When(dayparts=[], then=Value(state.NO_HOURS)),
            When(opens_at__gt=now, then=Value(state.STARTS_LATER)),
            When(_daily_budget_spent("campaign__", now), then=Value(state.DAILY_BUDGET_SPENT)),
            default=Value(state.SERVING),
            output_field=models.CharField(),
        )
    )


def campaigns_with_state(now: datetime) -> QuerySet[Any]:
    """Campaigns with `state` and `opens_at`."""
    of_campaign = LineItem.objects.filter(campaign=OuterRef("pk"), status=Status.ACTIVE)
    serving = line_items_with_state(now).filter(campaign=OuterRef("pk"), state=LineItemState.SERVING)
    state = CampaignState
    return Campaign.objects.annotate(opens_at=F("starts_at")).annotate(
        state=Case(
            When(status=Status.ARCHIVED, then=Value(state.ARCHIVED)),
            When(status=Status.PAUSED, then=Value(state.PAUSED)),
            When(ends_at__lte=now, then=Value(state.ENDED)),
            When(_budget_spent(""), then=Value(state.BUDGET_SPENT)),
            When(~Exists(of_campaign), then=Value(state.NO_LINE_ITEM)),
            When(starts_at__gt=now, then=Value(state.STARTS_LATER)),
            When(_daily_budget_spent("", now), then=Value(state.DAILY_BUDGET_SPENT)),
            When(~Exists(serving), then=Value(state.NOTHING_SERVES)),
            default=Value(state.SERVING),
            output_field=models.CharField(),
        )
    )


def contents_with_state(now: datetime) -> QuerySet[Any]:
    """Contents with `state` and `opens_at`."""
    state = ContentState
    return Content.objects.annotate(opens_at=F("published_at")).annotate(
        state=Case(
            When(status=Status.BLOCKED, then=Value(state.BLOCKED)),
            When(status=Status.ARCHIVED, then=Value(state.ARCHIVED)),
            When(status=Status.PAUSED, then=Value(state.PAUSED)),
            When(expires_at__lte=now, then=Value(state.EXPIRED)),
            When(published_at__gt=now, then=Value(state.STARTS_LATER)),
            default=Value(state.SERVING),
            output_field=models.CharField(),
        )
    )


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
