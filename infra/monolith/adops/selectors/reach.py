"""Where a line item could be shown at all, as the decision sees it."""

from typing import NamedTuple

from django.db.models import Q

from adops.models import LineItem, Pricing, Status
from adops.selectors.catalog_rows import Values, select_rows, write_row
from adops.selectors.learned_rates import LearnedRates, complete_line_items, complete_rates
from allocation.catalog import entities
from allocation.catalog.catalog import Catalog
from allocation.catalog.compile.compile import compile_catalog
from allocation.catalog.rows import read_row
from allocation.decision.eligibility import reject_on_unit
from allocation.decision.mix import takes_ads
from allocation.decision.rejection import FLOOR_PRICE
from kernel.kinds import KINDS


class Reach(NamedTuple):
    """The number of units that a line item can be shown on."""

    # Prices apart.
    units: int
    # Those of them whose floor price is above what the line item brings there.
    units_below_floor: int


def reach_of(line_item: LineItem) -> Reach:
    """Asks the rules of the decision that look at nothing but a line item and a unit.

    The line item is taken as it is stored. Raises ValueError, with the row and the problem, if
    serving would refuse one of the rows.
    """
    catalog = _compile(line_item)
    item = catalog.line_items_by_id[line_item.public_id]
    rejections = [
        reject_on_unit(item, unit)
        for unit in catalog.units.values()
        if takes_ads(unit.mix) and _is_targeted(item, unit)
    ]
    # The floor price is the last of these rules: what it rejects, every other rule has passed.
    below_floor = rejections.count(FLOOR_PRICE)
    return Reach(rejections.count(None) + below_floor, below_floor)


def _compile(line_item: LineItem) -> Catalog:
    """A catalog of the line item, of what it refers to, and of all units."""
    conditions = {
        "unit": ~Q(status=Status.ARCHIVED),
        "exchange_rate": Q(pk__in=[line_item.currency_id, line_item.campaign.budget_currency_id]),
        "advertiser": Q(campaigns=line_item.campaign_id),
        "campaign": Q(pk=line_item.campaign_id),
        "line_item": Q(pk=line_item.pk),
        "rates": Q(line_item=line_item.pk) & ~Q(unit__status=Status.ARCHIVED),
    }
    selected: dict[str, list[Values]] = {
        kind.name: list(select_rows(kind.name, conditions[kind.name])) if kind.name in conditions else []
        for kind in KINDS
    }
    _learn(selected)
    rows = {
        kind: [read_row(kind, write_row(kind, values)) for values in of_kind]
        for kind, of_kind in selected.items()
    }
    return compile_catalog(0, rows)


def _learn(selected: dict[str, list[Values]]) -> None:
    """Adds the rates that a publication would add."""
    learned = LearnedRates()
    (line_item,) = selected["line_item"]
    typed_ppm = line_item["default_ctr_ppm"]
    complete_line_items(learned, [line_item])
    learns = {line_item["public_id"]: typed_ppm} if line_item["pricing"] == Pricing.CPC else {}
    units = {unit["public_id"] for unit in selected["unit"]}
    selected["rates"] = complete_rates(learned, selected["rates"], learns, units)


def _is_targeted(item: entities.LineItem, unit: entities.Unit) -> bool:
    return item.targeting.admits("unit", unit.id) and item.targeting.admits("app", unit.app_id)
