"""The tables of the report of requests: how many were filled, and why others were not."""

from collections import Counter
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from delivery.hours import day_of
from delivery.selectors.breakdown import Period
from delivery.selectors.requests import FILLED, NO_FILL, requests
from reports.labels import ALLOCATIONS, reason_label
from reports.selectors.names import names_of
from reports.tables import Column, Row, Table
from reports.times import hour_text, second_of_day, second_of_hour

PPM = 1_000_000
# So many reasons have columns of their own.
_REASONS_MAX = 12
_LABELS: dict[str, Any] = {
    "unit": _("Unit"),
    "day": _("Day"),
    "hour": _("Hour"),
    "kind": _("Kind of request"),
}


class Asked(NamedTuple):
    """What a report of requests is about."""

    period: Period
    group: str
    unit: str | None


def request_table(asked: Asked) -> Table:
    """Requests by unit, day, hour or kind: all, filled, the share of those, and the reasons of others."""
    groups = _read(asked)
    reasons = Counter[str]()
    for outcomes in groups.values():
        reasons.update({outcome: n for outcome, n in outcomes.items() if outcome != FILLED})
    shown = [reason for reason, _n in reasons.most_common(_REASONS_MAX)]
    columns = [
        *_key_columns(asked.group),
        Column("requests", _("Requests"), is_sortable=False),
        Column("filled", _("Filled"), is_sortable=False),
        Column("fill_percent", _("Fill rate"), "rate", is_sortable=False),
        *(_reason_column(reason) for reason in shown),
    ]
    has_others = len(reasons) > len(shown)
    if has_others:
        columns.append(Column("no_fill_others", _("Not filled: others"), is_sortable=False))
    whole = Counter[str]()
    rows = []
    for (values, urls, at), outcomes in zip(_keys(asked, groups), groups.values(), strict=True):
        rows.append(Row([*values, *_counts(outcomes, shown, has_others)], urls, at))
        whole.update(outcomes)
    first = [""] * len(_key_columns(asked.group))
    total = [*first, *_counts(whole, shown, has_others)]
    return Table("requests", _LABELS[asked.group], columns, rows, total)


def _read(asked: Asked) -> dict[Any, Counter[str]]:
    """Outcomes of each group, in order: times as they pass, others by their requests."""
    by = "hour" if asked.group == "day" else asked.group
    found: dict[Any, Counter[str]] = {}
    if asked.group in ("day", "hour"):
        moments = asked.period.days if asked.group == "day" else asked.period.hours
        found = {moment: Counter() for moment in moments}
    for (key, outcome), count in requests((by, "outcome"), asked.period.hours, asked.unit).items():
        group = day_of(key, asked.period.zone) if asked.group == "day" else key
        found.setdefault(group, Counter())[outcome] += count
    if asked.group in ("day", "hour"):
        return found
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].total(), pair[0])))


def _counts(outcomes: Counter[str], shown: list[str], has_others: bool) -> list[int | None]:
    total, filled = outcomes.total(), outcomes[FILLED]
    of_reasons = [outcomes[reason] for reason in shown]
    others = [total - filled - sum(of_reasons)] if has_others else []
    return [total, filled, filled * PPM // total if total else None, *of_reasons, *others]


def _reason_column(outcome: str) -> Column:
    rule = outcome.removeprefix(NO_FILL)
    label = _("Not filled: %(reason)s")
    return Column(f"no_fill_{rule}", label % {"reason": reason_label(rule)}, is_sortable=False)


def _key_columns(group: str) -> list[Column]:
    if group != "unit":
        return [Column(group, _LABELS[group], "text", is_sortable=False)]
    return [
        Column("name", _LABELS[group], "text", is_sortable=False),
        Column("id", _("Id"), "text", is_sortable=False),
    ]


def _keys(asked: Asked, groups: dict[Any, Counter[str]]) -> list[tuple[list[Any], list[str], int | None]]:
    zone = asked.period.zone
    if asked.group == "day":
        return [([day.isoformat()], [], second_of_day(day, zone)) for day in groups]
    if asked.group == "hour":
        return [([hour_text(hour, zone)], [], second_of_hour(hour)) for hour in groups]
    if asked.group == "kind":
        return [([str(ALLOCATIONS.get(kind, kind))], [], None) for kind in groups]
    names = names_of("unit", groups)
    found: list[tuple[list[Any], list[str], int | None]] = []
    for unit in groups:
        name, url = names.get(unit, (str(_("all others")) if unit == "*" else unit, ""))
        found.append(([name or unit, unit], [url], None))
    return found
