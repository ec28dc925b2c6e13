"""What campaigns have spent, in the currency of their budgets, kept beside the budgets.

States, lists and filters ask for it with each query, so it is a column. It is computed from the
facts of delivery alone, by whole numbers, and written when they were read: not an edit of the row.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from adops.models import Campaign, ExchangeRate
from delivery.hours import day_of, ends_at, hour_of, hours_of_day, zone_of
from delivery.money import micros_of_worth, worth
from delivery.selectors.delivered import Delivered, delivered, totals

_BATCH_ROWS = 200
# The campaigns that one question about a day is asked for.
_IDS_AT_ONCE = 500
_WRITTEN = ("spent_micros", "spent_today_micros", "today_ends_at")


# What was delivered on the present day, and when it ends.
_Today = tuple[Delivered, datetime | None]


class _Spent(NamedTuple):
    """The columns of `_WRITTEN`."""

    in_all_micros: int = 0
    today_micros: int = 0
    today_ends_at: datetime | None = None


def spend_after_sync(sender: Any, **options: Any) -> None:
    """A receiver of `delivery_synced`."""
    record_spending(timezone.now())


def record_spending(now: datetime) -> int:
    """Brings the spend of all campaigns up to the facts. Returns how many have changed."""
    rates_ppm = dict(ExchangeRate.objects.values_list("currency", "rate_ppm"))
    in_all = {campaign: sums for (campaign,), sums in totals(("campaign",)).items()}
    # Without a currency there is no budget that a spend could be compared with.
    campaigns = Campaign.objects.filter(budget_currency__isnull=False)
    today = _today(campaigns.filter(daily_budget_micros__isnull=False), now)
    changed = []
    for campaign in campaigns.only("public_id", "budget_currency_id", *_WRITTEN).iterator(2_000):
        rate_ppm = rates_ppm[campaign.budget_currency_id or ""]
        of_today, end = today.get(campaign.public_id, (Delivered(), None))
        spent = _Spent(
            _micros(in_all.get(campaign.public_id), rates_ppm, rate_ppm),
            _micros(of_today, rates_ppm, rate_ppm),
            end,
        )
        if spent != tuple(getattr(campaign, name) for name in _WRITTEN):
            for name, value in zip(_WRITTEN, spent, strict=True):
                setattr(campaign, name, value)
            changed.append(campaign)
    # Not the model's own manager, which would announce an edit of the catalog.
    with transaction.atomic():
        rows: QuerySet[Campaign] = QuerySet(Campaign)
        rows.bulk_update(changed, _WRITTEN, batch_size=_BATCH_ROWS)
    return len(changed)


def _micros(sums: Delivered | None, rates_ppm: dict[str, int], rate_ppm: int) -> int:
    return micros_of_worth(worth(sums.spent_nanos, rates_ppm), rate_ppm) if sums else 0


def _today(campaigns: QuerySet[Campaign], now: datetime) -> dict[str, _Today]:
    """What campaigns delivered on the present day of their zones, and when it ends."""
    by_zone: dict[str, list[str]] = defaultdict(list)
    for public_id, name in campaigns.values_list("public_id", "timezone"):
        by_zone[name].append(public_id)
    found: dict[str, _Today] = {}
    for name, ids in by_zone.items():
        zone = zone_of(name)
        day = day_of(hour_of(now), zone)
        end = ends_at(day, zone)
        found |= {public_id: (Delivered(), end) for public_id in ids}
        for start in range(0, len(ids), _IDS_AT_ONCE):
            where = Q(campaign__in=ids[start : start + _IDS_AT_ONCE])
            sums = delivered(("campaign",), where, hours_of_day(day, zone))
            found |= {campaign: (each, end) for (campaign,), each in sums.items()}
    return found
