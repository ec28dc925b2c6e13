"""Where campaigns and line items stand against their budgets and goals."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F
from django.db.models.functions import Coalesce, Greatest, Least

from adops.models import Campaign, GoalKind, LineItem
from delivery.pace import Pace, pace_of
from delivery.selectors.delivered import Delivered

# Ids of one statement: SQLite takes a thousand values in some builds.
_BATCH = 500


class Standing(NamedTuple):
    """What is left, and whether it is delivered in time."""

    # Micros of the campaign's currency; None without a budget.
    budget_left_micros: int | None = None
    currency: str = ""
    # Impressions or clicks; None without a goal.
    goal_left: int | None = None
    goal_kind: str = ""
    pace: Pace | None = None


def standing_of_campaign(campaign: Any, now: datetime) -> Standing:
    if campaign.budget_micros is None:
        return Standing(currency=campaign.budget_currency_id or "")
    return Standing(
        budget_left_micros=max(campaign.budget_micros - campaign.spent_micros, 0),
        currency=campaign.budget_currency_id or "",
        pace=pace_of(
            campaign.spent_micros, campaign.budget_micros, campaign.starts_at, campaign.ends_at, now
        ),
    )


def standing_of_line_item(line_item: Any, delivered: Any, now: datetime) -> Standing:
    """Of a line item with `opens_at` and `closes_at`, the dates that hold, and of what has its
    `impressions` and `clicks`.
    """
    if line_item.goal_count is None:
        return Standing()
    is_of_clicks = line_item.goal_kind == GoalKind.CLICKS
    reached = delivered.clicks if is_of_clicks else delivered.impressions
    return Standing(
        goal_left=max(line_item.goal_count - reached, 0),
        goal_kind=line_item.goal_kind,
        pace=pace_of(
            reached,
            line_item.goal_count,
            line_item.opens_at,
            line_item.closes_at,
            now,
            line_item.delivery,
        ),
    )


def standings_of_campaigns(ids: Iterable[str], now: datetime) -> dict[str, Standing]:
    """By the catalog's ids; rows that are gone are left out."""
    return {
        campaign.public_id: standing_of_campaign(campaign, now)
        for some in batches(ids)
        for campaign in Campaign.objects.filter(public_id__in=some)
    }


def standings_of_line_items(delivered: dict[str, Delivered], now: datetime) -> dict[str, Standing]:
    """By the catalog's ids, given all that these line items ever delivered."""
    return {
        line_item.public_id: standing_of_line_item(line_item, delivered[line_item.public_id], now)
        for some in batches(delivered)
        for line_item in with_dates(LineItem.objects.filter(public_id__in=some, goal_count__isnull=False))
    }


def with_dates(line_items: Any) -> Any:
    """Line items with `opens_at` and `closes_at`: the later beginning and the earlier end."""
    return line_items.annotate(
        opens_at=Coalesce(Greatest("starts_at", "campaign__starts_at"), "campaign__starts_at"),
        closes_at=Coalesce(Least("ends_at", "campaign__ends_at"), F("ends_at"), F("campaign__ends_at")),
    )


def batches(ids: Iterable[str]) -> Iterable[list[str]]:
    """Ids for as many statements as they need."""
    known = list(dict.fromkeys(ids))
    return (known[start : start + _BATCH] for start in range(0, len(known), _BATCH))
