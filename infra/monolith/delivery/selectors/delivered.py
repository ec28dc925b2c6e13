"""Sums over facts. Events of all groups of a question add up to those of the question as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, Field, Model, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from delivery.hours import day_of
from delivery.models import VALID, EventKind, Fact, ItemDay, ItemKind, ItemTotal, PlacedDay, UnitDay
from delivery.money import spend_nanos
from delivery.spans import SPANS, spans_of

PPM = 1_000_000

# What facts can be grouped by. A group is the tuple of their values; what a fact lacks is "".
DIMENSIONS = ("advertiser", "campaign", "item_kind", "item", "creative", "unit", "hour")

_VALUES = ("impressions", "clicks", "invalid", "cpm_price_micros", "cpc_price_micros", "invalid_clicks")
Group = tuple[Any, ...]


@dataclass(slots=True)
class Delivered:
    """Events that count, those that do not (and the clicks among them), and what was spent, by
    currency.
    """

    impressions: int = 0
    clicks: int = 0
    invalid: int = 0
    spent_nanos: dict[str, int] = field(default_factory=dict)
    invalid_clicks: int = 0

    @property
    def ctr_ppm(self) -> int:
        """Clicks per impression; 0 without impressions."""
        return self.clicks * PPM // self.impressions if self.impressions > 0 else 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it: of events that were all taken back, rows stay."""
        return not (
            self.impressions or self.clicks or self.invalid or self.invalid_clicks or self.spent_nanos
        )

    @property
    def invalid_impressions(self) -> int:
        return self.invalid - self.invalid_clicks

    def add(
        self,
        currency: str,
        impressions: int,
        clicks: int,
        invalid: int,
        cpm: int,
        cpc: int,
        invalid_clicks: int = 0,
    ) -> None:
        self.impressions += impressions
        self.clicks += clicks
        self.invalid += invalid
        self.invalid_clicks += invalid_clicks
        if spent := spend_nanos(cpm, cpc):
            self.spent_nanos[currency] = self.spent_nanos.get(currency, 0) + spent

    def merge(self, other: "Delivered") -> None:
        """Adds what another has."""
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.invalid += other.invalid
        self.invalid_clicks += other.invalid_clicks
        for currency, nanos in other.spent_nanos.items():
            self.spent_nanos[currency] = self.spent_nanos.get(currency, 0) + nanos


def delivered(
    by: Sequence[str] = (), where: Q | None = None, hours: range | None = None
) -> dict[Group, Delivered]:
    """Facts by some of `DIMENSIONS`, of events that happened in these hours."""
    facts = Fact.objects.filter(where or Q())
    if hours is not None:
        facts = facts.filter(hour__gte=hours.start, hour__lt=hours.stop)
    return grouped(with_sums(facts), by)


def delivered_by_day(
    zone: ZoneInfo, by: Sequence[str] = (), where: Q | None = None, hours: range | None = None
) -> dict[Group, Delivered]:
    """The same, by the local day of a zone first, to which an hour belongs that begins on it."""
    groups: dict[Group, Delivered] = {}
    for (hour, *group), sums in delivered(("hour", *by), where, hours).items():
        day = groups.setdefault((day_of(hour, zone), *group), Delivered())
        day.merge(sums)
    return groups


def totals(by: Sequence[str] = (), where: Q | None = None) -> dict[Group, Delivered]:
    """All that was ever delivered, by advertiser, campaign, item_kind or item. Asks the sums."""
    return grouped(_of_sums(ItemTotal), by, where)


def totals_of_days(
    first: date, last: date, by: Sequence[str] = (), where: Q | None = None
) -> dict[Group, Delivered]:
    """The same of some days of the admin's time zone, both included; `by` may have `day`."""
    if "day" in by:
        period = Q(days=1, day__gte=first, day__lte=last)
    else:
        period = spans_q(first, last)
    return grouped(_of_sums(ItemDay), by, period & (where or Q()))


def spans_q(first: date, last: date) -> Q:
    """Rows of the fewest spans that make up a period; both of its ends are included."""
    begins: dict[int, list[date]] = defaultdict(list)
    for days, begin in spans_of(first, last):
        begins[days].append(begin)
    period = Q(pk__in=[])
    for days, on in begins.items():
        period |= Q(days=days, day__in=on)
    return period


def totals_of(what: str, ids: Iterable[str]) -> dict[str, Delivered]:
    """All that was ever delivered of some advertisers, campaigns, items, creatives or units, by their
    ids.
    """
    where = Q(**{f"{what}__in": list(ids)})
    if what in ("advertiser", "campaign", "item"):
        found = totals((what,), where)
    else:
        # Each day is in one of the longest spans.
        rows = _of_sums(PlacedDay if what == "creative" else UnitDay)
        found = grouped(rows, (what,), where & Q(days=SPANS[-1]))
    return {group[0]: sums for group, sums in found.items()}


def line_items(ids: Iterable[str]) -> dict[str, Delivered]:
    """All that line items ever delivered, by their ids."""
    where = Q(item_kind=ItemKind.LINE_ITEM, item__in=list(ids))
    return {item: sums for (item,), sums in totals(("item",), where).items()}


def campaigns(ids: Iterable[str]) -> dict[str, Delivered]:
    """All that campaigns ever delivered, by their ids."""
    return {campaign: sums for (campaign,), sums in totals(("campaign",), Q(campaign__in=list(ids))).items()}


def with_sums(facts: QuerySet[Fact]) -> QuerySet[Any]:
    """Facts with the columns of `models.Sums`."""
    is_valid = Q(event_class=VALID)
    is_impression, is_click = is_valid & Q(kind=EventKind.IMPRESSION), is_valid & Q(kind=EventKind.CLICK)
    return facts.annotate(
        impressions=_if(is_impression, "count"),
        clicks=_if(is_click, "count"),
        invalid=_if(~is_valid, "count"),
        invalid_clicks=_if(~is_valid & Q(kind=EventKind.CLICK), "count"),
        cpm_price_micros=_if(is_impression & Q(pricing="cpm"), "price_micros"),
        cpc_price_micros=_if(is_click & Q(pricing="cpc"), "price_micros"),
    )


def _if(condition: Q, value: str) -> Case:
    return Case(When(condition, then=F(value)), default=Value(0))


def _of_sums(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.all()


def grouped(rows: QuerySet[Any], by: Sequence[str], where: Q | None = None) -> dict[Group, Delivered]:
    """Rows that have the columns of `models.Sums`, by some others of their columns."""
    # Of no kind of field that Django would convert, six calls a row: the numbers are made whole below.
    sums = {f"sum_{name}": Coalesce(Sum(name), 0, output_field=Field()) for name in _VALUES}
    found = rows.filter(where or Q()).order_by().values(*by, "currency").annotate(**sums)
    groups: dict[Group, Delivered] = {}
    for values in found.values_list(*by, "currency", *sums):
        group, currency = tuple(values[: len(by)]), values[len(by)]
        sums_of_group = groups.get(group)
        if sums_of_group is None:
            sums_of_group = groups[group] = Delivered()
        # MariaDB adds whole numbers up to a decimal one.
        sums_of_group.add(currency, *map(int, values[len(by) + 1 :]))
    return groups
