"""What was delivered in a period, by anything that a fact names, from the smallest table that has
what is asked.

Sums by the day are of the days of one time zone (`SyncState.day_zone`). Days of another are summed
from hours. What is asked of one item or campaign is read by its index, whichever table it is in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet, Sum

from delivery.hours import day_of, hours_of_day
from delivery.models import VALID, Fact, InvalidDay, ItemDay, PlacedDay, SyncState, UnitDay, UnitHour
from delivery.selectors.delivered import Delivered, Group, grouped, spans_q, with_sums

DAY, HOUR = "day", "hour"
_COARSE = frozenset({"unit", "item_kind", "campaign", "advertiser"})
_BY_ITEM = frozenset({"item", "item_kind", "campaign", "advertiser"})
# From the smallest table on: what each can be asked by.
_BY_DAY: tuple[tuple[type[Model], frozenset[str]], ...] = (
    (UnitDay, _COARSE),
    (ItemDay, _BY_ITEM),
    (PlacedDay, _COARSE | _BY_ITEM | {"creative"}),
)


@dataclass(frozen=True)
class Period:
    """Local days of a time zone; the first and the last one are included."""

    zone: ZoneInfo
    first: date
    last: date

    @cached_property
    def hours(self) -> range:
        """The hours since the epoch that begin in the period."""
        return range(hours_of_day(self.first, self.zone).start, hours_of_day(self.last, self.zone).stop)

    @property
    def days(self) -> list[date]:
        return [date.fromordinal(day) for day in range(self.first.toordinal(), self.last.toordinal() + 1)]


# What facts must have, by the name of a dimension: one value, or any of some.
Where = Mapping[str, str | Sequence[str]]


def breakdown(by: Sequence[str], where: Where, period: Period) -> dict[Group, Delivered]:
    """Sums by some of advertiser, campaign, item_kind, item, creative and unit, and by `day` or
    `hour`, in this order.
    """
    if HOUR in by or not _has_days_of(period.zone):
        return _from_hours(by, where, period)
    needed = {*by, *where} - {DAY}
    model = next(model for model, dimensions in _BY_DAY if needed <= dimensions)
    on = Q(days=1, day__gte=period.first, day__lte=period.last)
    rows = model._default_manager.filter(
        on if DAY in by else spans_q(period.first, period.last), condition(where)
    )
    return _without_empty(grouped(rows, by))


def invalid_by_class(where: Where, period: Period) -> dict[tuple[str, str], int]:
    """How many events do not count, by kind (impression or click) and class, most first."""
    rows: QuerySet[Any]
    if _has_days_of(period.zone):
        rows, counted = (
            InvalidDay.objects.filter(spans_q(period.first, period.last), condition(where)),
            "invalid",
        )
    else:
        rows, counted = _facts(where, period).exclude(event_class=VALID), "count"
    sums = rows.order_by().values_list("kind", "event_class").annotate(sum=Sum(counted))
    found = {(kind, event_class): int(count) for kind, event_class, count in sums if count}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def condition(where: Where) -> Q:
    """Facts or sums that are what is asked for."""
    found = Q()
    for name, value in where.items():
        found &= Q(**{name: value}) if isinstance(value, str) else Q(**{f"{name}__in": list(value)})
    return found


def summed(parts: Iterable[Delivered]) -> Delivered:
    """All of them together."""
    whole = Delivered()
    for part in parts:
        whole.merge(part)
    return whole


def _from_hours(by: Sequence[str], where: Where, period: Period) -> dict[Group, Delivered]:
    """The same from sums or facts by the hour, whose days are those of any zone."""
    names = [HOUR if name == DAY else name for name in by]
    if {*by, *where} - {DAY, HOUR} <= _COARSE:
        hours = Q(hour__gte=period.hours.start, hour__lt=period.hours.stop)
        groups = grouped(UnitHour.objects.filter(hours, condition(where)), names)
    else:
        groups = grouped(with_sums(_facts(where, period)), names)
    if DAY in by:
        groups = _by_days(groups, by.index(DAY), period.zone)
    return _without_empty(groups)


def _by_days(groups: dict[Group, Delivered], place: int, zone: ZoneInfo) -> dict[Group, Delivered]:
    """Groups by an hour at some place, by its day instead."""
    days: dict[Group, Delivered] = {}
    for group, sums in groups.items():
        key = (*group[:place], day_of(group[place], zone), *group[place + 1 :])
        days.setdefault(key, Delivered()).merge(sums)
    return days


def _facts(where: Where, period: Period) -> QuerySet[Fact]:
    hours = Q(hour__gte=period.hours.start, hour__lt=period.hours.stop)
    return Fact.objects.filter(hours, condition(where))


def _has_days_of(zone: ZoneInfo) -> bool:
    return SyncState.objects.filter(day_zone=str(zone)).exists()


def _without_empty(groups: dict[Group, Delivered]) -> dict[Group, Delivered]:
    """Sums whose events were all taken back stay as rows, and say nothing."""
    return {group: sums for group, sums in groups.items() if not sums.is_empty}
