"""Exchange rates, and the smoothed rates of line items on units."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

from allocation.catalog.compile.index import Row, checked, require_referred
from allocation.catalog.error import require
from allocation.models.arithmetic import PPM, Rates


def compile_exchange_rates(rows: Iterable[Row]) -> dict[str, int]:
    """Ppm of the catalog's currency, by currency."""
    rates: dict[str, int] = {}
    for row in rows:
        checked("exchange_rate", row, lambda row: _require_exchange_rate(row, rates))
        rates[row["currency"]] = row["rate_ppm"]
    return rates


def _require_exchange_rate(row: Row, found: Container[str]) -> None:
    require(row["rate_ppm"] > 0, "rate_ppm must be positive")
    require(row["currency"] not in found, "the currency has a rate already")


def compile_rates(rows: Iterable[Row], line_item_ids: Container[str]) -> Mapping[str, Mapping[str, Rates]]:
    """Rates by the ids of line items, then of units."""
    rates: dict[str, dict[str, Rates]] = defaultdict(dict)
    for row in rows:
        checked("rates", row, lambda row: _require_rates(row, line_item_ids, rates))
        rates[row["line_item_id"]][row["unit_id"]] = Rates(row["ctr_ppm"], row["cvr_ppm"])
    return rates


def _require_rates(row: Row, line_item_ids: Container[str], found: Mapping[str, Mapping[str, Rates]]) -> None:
    require_referred(line_item_ids, "line item", row["line_item_id"])
    is_rate = max(row["ctr_ppm"], row["cvr_ppm"]) <= PPM
    require(is_rate, "a rate must be at most 1000000 ppm")
    is_new = row["unit_id"] not in found[row["line_item_id"]]
    require(is_new, "the line item has rates on the unit already")
