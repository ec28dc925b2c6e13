"""Folds old facts of delivery: which days are due, and what a fold must know of campaigns."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from adops.models import Campaign
from adops.selectors.billing import ran_out_at
from delivery.hours import hour_of, zone_of
from delivery.services.folding import FoldedDay, Folding, fold_day, next_day_to_fold
from delivery.services.state import stored_state

# A day becomes due once a day.
_EVERY_SECONDS = 3_600.0


class _Worker:
    """When the worker has found nothing to fold."""

    idle_at = float("-inf")


def due_until(now: datetime) -> int | None:
    """Arrival hours before this one are folded; None if hours are kept for ever."""
    days, closed_until = settings.DELIVERY_HOURS_DAYS, stored_state().closed_until
    if not days or closed_until is None:
        return None
    return min(hour_of(now - timedelta(days=days)), closed_until)


def fold_due_days(now: datetime) -> Iterator[FoldedDay]:
    """Folds each day that is due, from the oldest on."""
    until = due_until(now)
    if until is None:
        return
    folding = None
    while (first := next_day_to_fold(until)) is not None:
        folding = folding or _folding()
        yield fold_day(first, folding)


def fold_in_worker() -> None:
    """A step of the publish worker: one day at most, so that publications do not wait for the others."""
    if time.monotonic() - _Worker.idle_at < _EVERY_SECONDS:
        return
    if next(fold_due_days(timezone.now()), None) is None:
        _Worker.idle_at = time.monotonic()


def _folding() -> Folding:
    zones = dict(Campaign.objects.values_list("public_id", "timezone"))
    over = Campaign.objects.filter(budget_currency__isnull=False, spent_micros__gt=F("budget_micros"))
    ran_out = {campaign.public_id: ran_out_at(campaign) for campaign in over}

    @cache
    def zone_of_campaign(public_id: str) -> ZoneInfo | None:
        name = zones.get(public_id)
        return None if name is None else zone_of(name)

    return Folding(zone_of_campaign, ran_out.get)
