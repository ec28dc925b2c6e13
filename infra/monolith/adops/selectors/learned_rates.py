"""Click rates of line items, learned from what was delivered.

A line item that is paid by the click is ranked by its price and its click rate on the unit. Few
events say little about a rate, so each estimate is drawn towards a coarser one, its prior, as if
some events at the prior's rate had been seen too:

1. The rate of all line items on all units, whose prior is `PRIOR_CTR_PPM`.
2. The rate of a unit; its prior is the first.
3. The lift of a line item: its clicks over those that the rates of its units would have given. Its
   prior is 1. An expected rate that an operator typed stands for the first rate times the lift.
4. The rate of a line item on a unit; its prior is the unit's rate times the lift.

A line item without history so has the rate of all line items, and competes with it. Whole numbers
alone; a rate that is published is rounded to two digits, so that a publication changes the rows
whose rate has moved. No conversions are recorded yet: a rate of conversions is typed, or 0.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q, Sum

from adops.models import Pricing
from delivery.models import UnitTotal

PPM = 1_000_000
# The rate while nothing is known at all: about what ads on mobile screens get. It weighs as much as
# so many impressions, fifty clicks, and so is out of sight after a day.
PRIOR_CTR_PPM = 5_000
PRIOR_IMPRESSIONS = 10_000
# A unit's rate is a mean of many line items and trusted early.
UNIT_PRIOR_IMPRESSIONS = 10_000
# Twenty clicks tell a rate to about a fifth, which is how much line items differ on one unit. From
# then on a line item's own history weighs more than its prior.
PRIOR_CLICKS = 20
# Digits of a published rate.
_DIGITS = 2


class _Counts(NamedTuple):
    impressions: int
    clicks: int


class LearnedRates:
    """The rates as of one moment. It asks for the history of the line items that it is given."""

    def __init__(self, using: str = "default") -> None:
        self._totals = UnitTotal.objects.using(using)
        sums = (
            self._totals.order_by().values("unit").annotate(shown=Sum("impressions"), clicked=Sum("clicks"))
        )
        # MariaDB adds whole numbers up to a decimal one.
        units = {
            row["unit"]: _Counts(int(row["shown"]), int(row["clicked"]))
            for row in sums.iterator(chunk_size=2_000)
        }
        impressions = sum(counts.impressions for counts in units.values())
        clicks = sum(counts.clicks for counts in units.values())
        self._of_all_ppm = _smoothed(_Counts(impressions, clicks), PRIOR_CTR_PPM, PRIOR_IMPRESSIONS)
        self._by_unit_ppm = {
            unit: _smoothed(counts, self._of_all_ppm, UNIT_PRIOR_IMPRESSIONS)
            for unit, counts in units.items()
        }

    def defaults(self, typed_ppm: dict[str, int | None]) -> dict[str, int]:
        """The rate of line items on units without a history, in ppm: the typed one, if there is one."""
        histories = self._histories(typed_ppm)
        return {
            item: _rounded(self._prior_ppm(histories[item], self._of_all_ppm)) if typed is None else typed
            for item, typed in typed_ppm.items()
        }

    def on_units(self, typed_ppm: dict[str, int | None]) -> dict[tuple[str, str], int]:
        """The rates of line items on the units that have shown them, in ppm."""
        return {
            (item, unit): _rounded(self._rate_ppm(history, unit, typed_ppm[item]))
            for item, history in self._histories(typed_ppm).items()
            for unit, counts in history.items()
            if unit and counts.impressions > 0
        }

    def _histories(self, items: Iterable[str]) -> dict[str, dict[str, _Counts]]:
        found: dict[str, dict[str, _Counts]] = defaultdict(dict)
        ids = sorted(items)
        # SQLite takes at most about a thousand values in one statement, depending on its build.
        for start in range(0, len(ids), 500):
            rows = self._totals.filter(item__in=ids[start : start + 500])
            for item, unit, impressions, clicks in rows.values_list("item", "unit", "impressions", "clicks"):
                found[item][unit] = _Counts(impressions, clicks)
        return found

    def _rate_ppm(self, history: dict[str, _Counts], unit: str, typed_ppm: int | None) -> int:
        prior_ppm = self._prior_ppm(history, self._unit_ppm(unit)) if typed_ppm is None else typed_ppm
        impressions = PRIOR_CLICKS * PPM // max(prior_ppm, 1)
        return _smoothed(history[unit], prior_ppm, impressions)

    def _unit_ppm(self, unit: str) -> int:
        # Outside a transaction, a unit may have got its first events in between.
        return self._by_unit_ppm.get(unit, self._of_all_ppm)

    def _prior_ppm(self, history: dict[str, _Counts], of_others_ppm: int) -> int:
        """A rate of others times the line item's lift."""
        clicks = sum(counts.clicks for counts in history.values())
        expected_ppm = sum(counts.impressions * self._unit_ppm(unit) for unit, counts in history.items())
        lifted = of_others_ppm * (clicks + PRIOR_CLICKS) * PPM
        return max(1, min(lifted // (max(expected_ppm, 0) + PRIOR_CLICKS * PPM), PPM))


def complete_line_items(rates: LearnedRates, rows: list[dict[str, Any]]) -> None:
    """Gives line items, as `select_rows` has them, the default rate that the catalog is to have."""
    typed = {row["public_id"]: row["default_ctr_ppm"] for row in rows if row["pricing"] == Pricing.CPC}
    defaults = rates.defaults(typed)
    for row in rows:
        row["default_ctr_ppm"] = defaults.get(row["public_id"], row["default_ctr_ppm"])


def complete_rates(
    rates: LearnedRates, rows: list[dict[str, Any]], line_items: dict[str, int | None], units: set[str]
) -> list[dict[str, Any]]:
    """Typed rates, as `select_rows` has them, and the learned ones of line items that are paid by the
    click, on units that exist. A typed row takes the place of a learned one.
    """
    typed = {(row["line_item__public_id"], row["unit__public_id"]): row for row in rows}
    learned = {
        (item, unit): {
            "line_item__public_id": item,
            "unit__public_id": unit,
            "ctr_ppm": ctr_ppm,
            "cvr_ppm": 0,
        }
        for (item, unit), ctr_ppm in rates.on_units(line_items).items()
        if unit in units
    }
    both = {**learned, **typed}
    return [both[key] for key in sorted(both)]


def paid_by_click() -> Q:
    """The line items that have learned rates."""
    return Q(pricing=Pricing.CPC)


def _smoothed(counts: _Counts, prior_ppm: int, prior_impressions: int) -> int:
    """Clicks per impression in ppm, at least 1, with some impressions at the prior's rate."""
    clicks_ppm = max(counts.clicks, 0) * PPM + prior_impressions * prior_ppm
    return max(1, min(clicks_ppm // max(counts.impressions + prior_impressions, 1), PPM))


def _rounded(ppm: int) -> int:
    """To two digits: 5,234 is 5,200."""
    unit: int = 10 ** max(len(str(ppm)) - _DIGITS, 0)
    return (ppm + unit // 2) // unit * unit
