"""Finds budgets that are at 80 % and flights that have ended, from what the database has."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from adops.models import Campaign, LineItem, Status
from webhooks.messages import budget_data, flight_data
from webhooks.models import Message, MessageType
from webhooks.services.announcing import announce

# A flight whose end is longer past is not told any more: a new database would tell of its whole past.
ENDED_SINCE_MAX = timedelta(days=3)
# New messages of one look: publications do not wait for ten thousand flights that end at one midnight.
_AT_ONCE = 200
_KEYS_AT_ONCE = 500
# The database compares roughly, in floating-point numbers; what is found is compared exactly.
_ROUGH_SHARE = 0.79


class _Found(NamedTuple):
    """What a message would be about."""

    key: str
    type: str
    happened_at: datetime
    is_kept: bool
    data: dict[str, Any]


def watch(now: datetime) -> int:
    """Announces what has happened since the last look. Returns how many messages are new."""
    announced = 0
    for found in islice(_unknown(_all(now)), _AT_ONCE):
        announced += announce(
            type=found.type,
            key=found.key,
            data=found.data,
            happened_at=found.happened_at,
            now=now,
            is_kept=found.is_kept,
        )
    return announced


def _all(now: datetime) -> Iterator[_Found]:
    yield from _budgets(now)
    yield from _days(now)
    yield from _flights(now)


def _unknown(found: Iterator[_Found]) -> Iterator[_Found]:
    """Those that no message is about."""
    while some := list(islice(found, _KEYS_AT_ONCE)):
        known = Message.objects.filter(key__in=[each.key for each in some]).values_list("key", flat=True)
        told = set(known)
        yield from (each for each in some if each.key not in told)


def _budgets(now: datetime) -> Iterator[_Found]:
    """Budgets in all: once for each amount, so that one that was raised is told again."""
    for campaign in _nearly_spent("budget_micros", "spent_micros"):
        budget, spent = campaign.budget_micros or 0, campaign.spent_micros
        if is_at_80_percent(spent, budget):
            key = f"budget:{campaign.public_id}:{campaign.budget_currency_id}:{budget}"
            data = budget_data(campaign, budget, spent, day=None)
            # Kept: the budget stays spent.
            yield _Found(key, MessageType.BUDGET_80_PERCENT, now, True, data)


def _days(now: datetime) -> Iterator[_Found]:
    """Budgets of the present day: once a day."""
    rows = _nearly_spent("daily_budget_micros", "spent_today_micros").filter(today_ends_at__gt=now)
    for campaign in rows:
        budget, spent = campaign.daily_budget_micros or 0, campaign.spent_today_micros
        if is_at_80_percent(spent, budget):
            key = f"day:{campaign.public_id}:{campaign.today_ends_at:%Y%m%dT%H%M%S}"
            data = budget_data(campaign, budget, spent, day=campaign.today_ends_at)
            yield _Found(key, MessageType.BUDGET_80_PERCENT, now, False, data)


def _flights(now: datetime) -> Iterator[_Found]:
    """Campaigns, and line items that end before their campaign does."""
    ended = Q(ends_at__gt=now - ENDED_SINCE_MAX, ends_at__lte=now)
    campaigns = Campaign.objects.filter(ended).exclude(status=Status.ARCHIVED)
    line_items = (
        LineItem.objects.filter(ended)
        .filter(Q(campaign__ends_at=None) | Q(campaign__ends_at__gt=F("ends_at")))
        .exclude(Q(status=Status.ARCHIVED) | Q(campaign__status=Status.ARCHIVED))
    )
    rows: tuple[QuerySet[Any], ...] = (
        campaigns.select_related("advertiser").order_by("ends_at", "pk"),
        line_items.select_related("campaign__advertiser").order_by("ends_at", "pk"),
    )
    for each in rows:
        for row in each.iterator(_KEYS_AT_ONCE):
            key = f"flight:{row._meta.model_name}:{row.public_id}:{row.ends_at:%Y%m%dT%H%M%S}"
            yield _Found(key, MessageType.FLIGHT_ENDED, row.ends_at, False, flight_data(row))


def _nearly_spent(budget: str, spent: str) -> QuerySet[Campaign]:
    rows = Campaign.objects.exclude(status=Status.ARCHIVED).select_related("advertiser").order_by("pk")
    return rows.filter(**{f"{budget}__gt": 0, f"{spent}__gte": F(budget) * _ROUGH_SHARE})


def is_at_80_percent(spent_micros: int, budget_micros: int) -> bool:
    return spent_micros * 5 >= budget_micros * 4
