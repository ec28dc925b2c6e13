"""The tables of the report of deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext_lazy as _

from adops.models import GoalKind
from adops.selectors.standing import (
    Standing,
    batches,
    standings_of_campaigns,
    standings_of_line_items,
)
from delivery.columns import INVALID_CLICKS, PACE
from delivery.models import EventKind
from delivery.selectors.breakdown import Period, breakdown, invalid_by_class, summed
from delivery.selectors.delivered import Delivered, line_items
from reports.labels import class_label
from reports.selectors.money import Amounts, Exchange, add
from reports.selectors.names import names_of
from reports.tables import Column, Row, Table
from reports.times import hour_text, second_of_day, second_of_hour

# What is summed, by what a table is by: the last one is of whom a row is, the first of which campaign.
_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "advertiser": ("advertiser",),
    "campaign": ("campaign",),
    "line_item": ("campaign", "item"),
    "creative": ("campaign", "item", "creative"),
    "content": ("item",),
    "unit": ("unit",),
    "day": ("day",),
    "hour": ("hour",),
}
# The rows beside the one that a table is by: what it belongs to.
_PARENTS = {"line_item": ("campaign", 0), "creative": ("line_item", 1)}
_LABELS: dict[str, Any] = {
    "advertiser": _("Advertiser"),
    "campaign": _("Campaign"),
    "line_item": _("Line item"),
    "creative": _("Creative"),
    "content": _("Content"),
    "unit": _("Unit"),
    "day": _("Day"),
    "hour": _("Hour"),
}
TIMES = ("day", "hour")


@dataclass(frozen=True)
class Asked:
    """What a report is about."""

    period: Period
    where: dict[str, str]
    group: str
    # The one campaign that all of it is of, if there is one.
    campaign: str
    has_spend: bool


@dataclass(slots=True)
class _Group:
    key: tuple[Any, ...]
    sums: Delivered
    amounts: Amounts


class DeliveryReport:
    """The groups of one question, which tables of it share."""

    def __init__(self, asked: Asked, now: datetime) -> None:
        self._asked, self._now = asked, now
        self._exchange = Exchange()
        self._groups = self._read(asked.group)

    def count(self) -> int:
        return len(self._groups)

    def table(self, sort: str, start: int = 0, stop: int | None = None) -> Table:
        """Some rows of the table, sorted by a column (`-` before it: largest first), and the total of all."""
        group = self._asked.group
        self._sort(sort)
        shown = self._groups[start:stop]
        currencies = self._currencies(self._groups)
        columns = [*self._key_columns(group), *_count_columns(), *_money_columns(currencies)]
        standings = self._standings(shown) if group in ("campaign", "line_item") else None
        if standings is not None:
            columns += _standing_columns(group, currencies, standings)
        keys = self._key_values(group, shown)
        rows = []
        for each, (values, urls, at) in zip(shown, keys, strict=True):
            values = [*values, *_counts(each.sums), *self._money(each.amounts, currencies)]
            if standings is not None:
                values += _standing_values(columns, standings.get(each.key[-1], Standing()))
            rows.append(Row(values, urls, at))
        total = self._total(len(keys[0][0]) if keys else len(self._key_columns(group)), currencies)
        total += [None] * (len(columns) - len(total))
        return Table("delivery", _LABELS[group], columns, rows, total)

    def series(self, by: str) -> Table:
        """The same by the day or the hour, each of the period, in order: what a chart is drawn from."""
        groups = self._groups if by == self._asked.group else self._read(by)
        groups = sorted(groups, key=lambda each: each.key)
        currencies = self._currencies(groups)
        columns = [*self._key_columns(by), *_count_columns(), *_money_columns(currencies)]
        rows = [
            Row([*values, *_counts(each.sums), *self._money(each.amounts, currencies)], urls, at)
            for each, (values, urls, at) in zip(groups, self._key_values(by, groups), strict=True)
        ]
        return Table("series", _LABELS[by], columns, rows)

    def reasons(self) -> Table:
        """Events that do not count, by why they do not."""
        found = invalid_by_class(self._asked.where, self._asked.period)
        classes = dict.fromkeys(event_class for _kind, event_class in found)
        columns = [
            Column("reason", _("Reason"), "text", is_sortable=False),
            Column("impressions", _("Impressions"), is_sortable=False),
            Column("clicks", _("Clicks"), is_sortable=False),
        ]
        kinds = (EventKind.IMPRESSION.value, EventKind.CLICK.value)
        rows = [Row([class_label(each), *(found.get((kind, each), 0) for kind in kinds)]) for each in classes]
        total = [sum(count for (kind, _), count in found.items() if kind == each) for each in kinds]
        return Table("reasons", _("Events that do not count"), columns, rows, ["", *total])

    def _read(self, group: str) -> list[_Group]:
        asked = self._asked
        names = _DIMENSIONS[group]
        found = breakdown(names, asked.where, asked.period)
        if group in TIMES:
            moments = asked.period.days if group == "day" else asked.period.hours
            found = {(moment,): found.get((moment,), Delivered()) for moment in moments}
        return [
            _Group(key, sums, self._amounts(key[0] if names[0] == "campaign" else asked.campaign, sums))
            for key, sums in found.items()
        ]

    def _amounts(self, campaign: str, sums: Delivered) -> Amounts:
        return self._exchange.amounts(sums.spent_nanos, campaign) if self._asked.has_spend else {}

    def _sort(self, sort: str) -> None:
        name = sort.removeprefix("-")
        is_reversed = sort.startswith("-")
        # Rows that are equal in what they are sorted by have an order, too, which pages need.
        self._groups.sort(key=attrgetter("key"))
        if name in (*TIMES, "id"):
            self._groups.sort(key=lambda each: each.key[-1], reverse=is_reversed)
        elif name.startswith("spend"):
            self._groups.sort(key=lambda each: self._exchange.worth(each.amounts), reverse=is_reversed)
        elif name in _SORTED_BY:
            self._groups.sort(key=_SORTED_BY[name], reverse=is_reversed)

    def _currencies(self, groups: Sequence[_Group]) -> list[str]:
        return sorted(set().union(*(each.amounts for each in groups)))

    def _money(self, amounts: Amounts, currencies: Sequence[str]) -> list[int | None]:
        return [self._exchange.micros(amounts, currency) for currency in currencies]

    def _total(self, keys: int, currencies: Sequence[str]) -> list[Any]:
        amounts: Amounts = {}
        for each in self._groups:
            add(amounts, each.amounts)
        sums = summed(each.sums for each in self._groups)
        return [*[""] * keys, *_counts(sums), *self._money(amounts, currencies)]

    def _key_columns(self, group: str) -> list[Column]:
        if group in TIMES:
            return [Column(group, _LABELS[group], "text")]
        columns = [
            Column("name", _LABELS[group], "text", is_sortable=False),
            Column("id", _("Id"), "text"),
        ]
        if parent := _PARENTS.get(group):
            columns.append(Column(parent[0], _LABELS[parent[0]], "text", is_sortable=False))
        return columns

    def _key_values(
        self, group: str, groups: Sequence[_Group]
    ) -> list[tuple[list[Any], list[str], int | None]]:
        """The first cells of each row, the pages that they lead to, and the second that they are about."""
        zone = self._asked.period.zone
        if group == "day":
            days = [each.key[0] for each in groups]
            return [([day.isoformat()], [], second_of_day(day, zone)) for day in days]
        if group == "hour":
            hours = [each.key[0] for each in groups]
            return [([hour_text(hour, zone)], [], second_of_hour(hour)) for hour in hours]
        names = names_of(group, (each.key[-1] for each in groups))
        parent, place = _PARENTS.get(group, ("", 0))
        parents = names_of(parent, (each.key[place] for each in groups)) if parent else {}
        found: list[tuple[list[Any], list[str], int | None]] = []
        for each in groups:
            name, url = names.get(each.key[-1], ("", ""))
            values, urls = [name or each.key[-1], each.key[-1]], [url, ""]
            if parent:
                name, url = parents.get(each.key[place], (each.key[place], ""))
                values, urls = [*values, name], [*urls, url]
            found.append((values, urls, None))
        return found

    def _standings(self, groups: Sequence[_Group]) -> dict[str, Standing]:
        ids = [each.key[-1] for each in groups]
        if self._asked.group == "campaign":
            return standings_of_campaigns(ids, self._now)
        delivered = {public_id: Delivered() for public_id in ids}
        for some in batches(ids):
            delivered.update(line_items(some))
        return standings_of_line_items(delivered, self._now)


_SORTED_BY: dict[str, Any] = {
    "impressions": attrgetter("sums.impressions"),
    "invalid_impressions": attrgetter("sums.invalid_impressions"),
    "clicks": attrgetter("sums.clicks"),
    "invalid_clicks": attrgetter("sums.invalid_clicks"),
    "ctr_percent": attrgetter("sums.ctr_ppm"),
}


def _count_columns() -> list[Column]:
    return [
        Column("impressions", _("Impressions")),
        Column("invalid_impressions", _("Invalid impressions")),
        Column("clicks", _("Clicks")),
        Column("invalid_clicks", INVALID_CLICKS),
        Column("ctr_percent", _("CTR"), "rate"),
    ]


def _counts(sums: Delivered) -> list[int | None]:
    rate = sums.ctr_ppm if sums.impressions > 0 else None
    return [sums.impressions, sums.invalid_impressions, sums.clicks, sums.invalid_clicks, rate]


def _money_columns(currencies: Sequence[str]) -> list[Column]:
    if len(currencies) == 1:
        return [Column(f"spend_{currencies[0]}", _("Spend"), "money", currencies[0])]
    label = _("Spend (%(currency)s)")
    return [
        Column(f"spend_{currency}", label % {"currency": currency}, "money", currency)
        for currency in currencies
    ]


def _standing_columns(group: str, currencies: Sequence[str], standings: dict[str, Standing]) -> list[Column]:
    pace = Column("pace_percent", PACE, "pace", is_sortable=False)
    if group == "line_item":
        return [
            Column("impressions_left", _("Impressions left"), is_sortable=False),
            Column("clicks_left", _("Clicks left"), is_sortable=False),
            pace,
        ]
    budgets = sorted({each.currency for each in standings.values() if each.budget_left_micros is not None})
    label = _("Budget left (%(currency)s)")
    columns = [
        Column(f"budget_left_{currency}", label % {"currency": currency}, "money", currency, False)
        for currency in budgets
    ]
    return [*columns, pace]


def _standing_values(columns: Sequence[Column], standing: Standing) -> list[Any]:
    values: list[Any] = []
    for column in columns:
        if column.name == "pace_percent":
            values.append(standing.pace)
        elif column.name == "impressions_left":
            values.append(standing.goal_left if standing.goal_kind == GoalKind.IMPRESSIONS else None)
        elif column.name == "clicks_left":
            values.append(standing.goal_left if standing.goal_kind == GoalKind.CLICKS else None)
        elif column.name.startswith("budget_left_"):
            values.append(standing.budget_left_micros if standing.currency == column.currency else None)
    return values
