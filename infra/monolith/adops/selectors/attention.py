"""Rows that need attention, for the home page and for the filters of lists: the same conditions.

They look at statuses and dates, and at the state alone where only that tells, because a state costs
many times as much as they do.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import (
    Case,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan
from django.utils.translation import gettext_lazy as _

from adops.models import GoalKind, LineItem, Status
from adops.selectors.performance import delivered_count
from adops.selectors.states import ContentState, LineItemState

ENDS_SOON = timedelta(days=3)
# Of what an even delivery would have reached by now.
_BEHIND_SHARE = 0.9
# Of the budget.
_NEARLY_SPENT_SHARE = 0.9

_CANNOT_SERVE = (
    LineItemState.OUTSIDE_CAMPAIGN,
    LineItemState.NO_CREATIVE,
    LineItemState.NO_HOURS,
    LineItemState.CONTRADICTORY,
    LineItemState.CAP_OF_ZERO,
    LineItemState.NO_PRICE,
    LineItemState.NO_RATES,
)


class LineItemAttention(models.TextChoices):
    CANNOT_SERVE = "cannot_serve", _("cannot be shown")
    BEHIND = "behind", _("behind pace")
    ENDS_SOON = "ends_soon", _("ends within three days")


class CampaignAttention(models.TextChoices):
    NO_LINE_ITEM = "no_line_item", _("without line items")
    BEHIND = "behind", _("behind pace")
    NEARLY_SPENT = "nearly_spent", _("budget nearly spent")
    ENDS_SOON = "ends_soon", _("ends within three days")


class ContentAttention(models.TextChoices):
    CANNOT_SERVE = "cannot_serve", _("cannot be shown")
    ENDS_SOON = "ends_soon", _("ends within three days")


def line_items_in_need(rows: QuerySet[Any], what: str, now: datetime) -> QuerySet[Any]:
    """Of rows of `line_items_with_state` the active ones of active campaigns that need attention."""
    rows = rows.filter(status=Status.ACTIVE, campaign__status=Status.ACTIVE)
    match what:
        case LineItemAttention.CANNOT_SERVE:
            return rows.filter(state__in=_CANNOT_SERVE)
        case LineItemAttention.BEHIND:
            delivered = Case(
                When(goal_kind=GoalKind.CLICKS, then=delivered_count("clicks")),
                default=delivered_count("impressions"),
            )
            runs = Q(opens_at__lt=now, closes_at__gt=now, goal_count__gt=0)
            return _behind(rows.filter(runs), delivered, F("goal_count"), "opens_at", "closes_at", now)
    return rows.filter(_ends_soon("closes_at", now))


def campaigns_in_need(rows: QuerySet[Any], what: str, now: datetime) -> QuerySet[Any]:
    """Of campaigns the active ones that need attention."""
    rows = rows.filter(status=Status.ACTIVE)
    has_not_ended = Q(ends_at=None) | Q(ends_at__gt=now)
    match what:
        case CampaignAttention.NO_LINE_ITEM:
            kept = LineItem.objects.filter(campaign=OuterRef("pk")).exclude(status=Status.ARCHIVED)
            return rows.filter(has_not_ended, ~Exists(kept))
        case CampaignAttention.NEARLY_SPENT:
            left = Q(spent_micros__lt=F("budget_micros"))
            return rows.filter(
                has_not_ended, left, spent_micros__gte=F("budget_micros") * _NEARLY_SPENT_SHARE
            )
        case CampaignAttention.BEHIND:
            runs = Q(starts_at__lt=now, ends_at__gt=now, budget_micros__gt=0)
            budget = F("budget_micros")
            return _behind(rows.filter(runs), F("spent_micros"), budget, "starts_at", "ends_at", now)
    return rows.filter(_ends_soon("ends_at", now))


def contents_in_need(rows: QuerySet[Any], what: str, now: datetime) -> QuerySet[Any]:
    """Of rows of `contents_with_state` the active ones that need attention."""
    rows = rows.filter(status=Status.ACTIVE)
    if what == ContentAttention.CANNOT_SERVE:
        return rows.filter(state=ContentState.CONTRADICTORY)
    return rows.filter(_ends_soon("expires_at", now))


def _ends_soon(end: str, now: datetime) -> Q:
    return Q(**{f"{end}__gt": now, f"{end}__lte": now + ENDS_SOON})


def _behind(
    rows: QuerySet[Any], reached: Any, goal: Any, start: str, end: str, now: datetime
) -> QuerySet[Any]:
    """Rows that have reached less of their goal than their time would have them by an even delivery."""
    elapsed = _length(Value(now, models.DateTimeField()) - F(start))
    return rows.filter(
        # Both sides are products: nothing is divided.
        Q(
            LessThan(
                Cast(reached, FloatField()) * _length(F(end) - F(start)),
                Cast(goal, FloatField()) * elapsed * Value(_BEHIND_SHARE, FloatField()),
            )
        )
    )


def _length(between: Any) -> Cast:
    """A duration as a number."""
    return Cast(ExpressionWrapper(between, DurationField()), FloatField())
