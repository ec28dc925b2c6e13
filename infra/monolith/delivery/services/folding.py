"""Folds the facts of old days: what arrived on one day (UTC), and happened on one day of the admin's zone and
of the campaign's, becomes one fact for each key. All sums stay as they are; the hours are given up.

A day is marked before its first facts are folded, so that no arrival hour of it is read again, and once more
after the last. A fold that was interrupted goes on where it was: facts that are folded stay as they are.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from delivery.documents import FactKey
from delivery.hours import day_of, hours_of_day, start_of, zone_of
from delivery.models import ArrivalHour, Fact
from delivery.services.state import locked_state

HOURS_PER_DAY = 24
# Digests of `ArrivalHour` that no roll-up has: the row stands for the day that begins with its hour.
FOLDING, FOLDED = "folding", "folded"

_ITEMS_AT_ONCE = 100
_FACTS_AT_ONCE = 500


class Folding(NamedTuple):
    """What a fold asks about campaigns, by their ids."""

    # None for a campaign that has no row any more: the admin's days are the only ones.
    zone_of: Callable[[str], ZoneInfo | None]
    # The arrival hour in which the budget ran out. Which facts of that day are billed depends on their order,
    # so they stay as they are.
    ran_out_at: Callable[[str], int | None]


class FoldedDay(NamedTuple):
    day: date
    # Facts.
    before: int
    after: int


def folded_until() -> int:
    """Arrival hours before this one are folded, or are about to be."""
    newest = ArrivalHour.objects.filter(digest__in=(FOLDING, FOLDED)).aggregate(hour=Max("hour"))["hour"]
    return 0 if newest is None else newest + HOURS_PER_DAY


def next_day_to_fold(until: int) -> int | None:
    """The first arrival hour of the oldest day that is not folded and ends by `until`; None without one."""
    oldest = (
        ArrivalHour.objects.exclude(digest=FOLDED).order_by("hour").values_list("hour", flat=True).first()
    )
    if oldest is None:
        return None
    first = oldest - oldest % HOURS_PER_DAY
    return first if first + HOURS_PER_DAY <= until else None


def fold_day(first: int, folding: Folding) -> FoldedDay:
    """Folds what arrived on the day (UTC) that begins with an hour. Folding it again changes nothing."""
    hours = range(first, first + HOURS_PER_DAY)
    zone = _mark(hours, FOLDING)
    arrived = Fact.objects.filter(arrival_hour__gte=hours.start, arrival_hour__lt=hours.stop)
    items = iter(sorted(set(arrived.order_by().values_list("item", flat=True).distinct())))
    before = after = 0
    while batch := list(islice(items, _ITEMS_AT_ONCE)):
        found, left = _fold_items(hours, batch, zone, folding)
        before, after = before + found, after + left
    _mark(hours, FOLDED)
    return FoldedDay(start_of(first).date(), before, after)


@transaction.atomic
def _mark(hours: range, digest: str) -> ZoneInfo:
    """Marks a day, and returns the zone of the days that sums are kept by."""
    state = locked_state()
    ArrivalHour.objects.filter(hour__gte=hours.start, hour__lt=hours.stop).delete()
    ArrivalHour.objects.create(hour=hours.start, digest=digest)
    return zone_of(state.day_zone)


@transaction.atomic
def _fold_items(hours: range, items: list[str], zone: ZoneInfo, folding: Folding) -> tuple[int, int]:
    """Folds facts of some items; their number before and after."""
    locked_state()
    groups: dict[FactKey, _Group] = {}
    before = 0
    for key, fact in _facts_of(hours, items):
        before += 1
        ran_out_at = folding.ran_out_at(key.campaign)
        if ran_out_at is not None and ran_out_at in hours:
            continue
        zones = (zone, folding.zone_of(key.campaign) or zone)
        folded = key._replace(hour=_first_hour(key.hour, zones))
        group = groups.get(folded, _Group([], 0, 0, is_folded=True))
        is_folded = fact.arrival_hour == hours.start and key == folded
        groups[folded] = _Group(
            [*group.ids, fact.id],
            group.events + fact.events,
            group.price_micros + fact.price_micros,
            is_folded=group.is_folded and is_folded,
        )
    changed = {key: group for key, group in groups.items() if len(group.ids) > 1 or not group.is_folded}
    gone = [pk for group in changed.values() for pk in group.ids]
    for start in range(0, len(gone), _FACTS_AT_ONCE):
        Fact.objects.filter(pk__in=gone[start : start + _FACTS_AT_ONCE]).delete()
    rows = [
        Fact(arrival_hour=hours.start, count=group.events, price_micros=group.price_micros, **key._asdict())
        for key, group in changed.items()
        if group.events or group.price_micros
    ]
    Fact.objects.bulk_create(rows, batch_size=_FACTS_AT_ONCE)
    return before, before - len(gone) + len(rows)


class _Group(NamedTuple):
    """Facts that become one."""

    ids: list[int]
    events: int
    price_micros: int
    # Whether all of them are what a fold makes.
    is_folded: bool


class _Stored(NamedTuple):
    """The columns of `_STORED`."""

    id: int
    arrival_hour: int
    events: int
    price_micros: int


_STORED = ("id", "arrival_hour", "count", "price_micros")


def _facts_of(hours: range, items: list[str]) -> Iterator[tuple[FactKey, _Stored]]:
    where = {"arrival_hour__gte": hours.start, "arrival_hour__lt": hours.stop, "item__in": items}
    rows = Fact.objects.filter(**where).order_by("pk").values_list(*_STORED, *FactKey._fields)
    for row in rows:
        yield FactKey(*row[len(_STORED) :]), _Stored(*row[: len(_STORED)])


@lru_cache(maxsize=4_096)
def _first_hour(hour: int, zones: tuple[ZoneInfo, ...]) -> int:
    """The first hour that is on the same day in all of these zones."""
    return max(hours_of_day(day_of(hour, zone), zone).start for zone in zones)
