"""All rows of a version: every reference resolved, every value checked, once."""

from allocation.catalog.catalog import Catalog
from allocation.catalog.compile.campaign import compile_campaign
from allocation.catalog.compile.content import compile_content
from allocation.catalog.compile.creative import compile_creatives
from allocation.catalog.compile.index import by_id, checked
from allocation.catalog.compile.line_item import compile_line_item
from allocation.catalog.compile.rates import compile_exchange_rates, compile_rates
from allocation.catalog.compile.tombstone import compile_tombstones
from allocation.catalog.compile.unit import compile_unit
from allocation.catalog.entities import Advertiser
from allocation.catalog.rows import Rows


def compile_catalog(version: int, rows: Rows) -> Catalog:
    """Checks the rows of a version and joins them. Raises CatalogError if one cannot be served."""
    units = by_id("unit", rows["unit"], compile_unit)
    advertisers = by_id("advertiser", rows["advertiser"], lambda row: Advertiser(row["id"], row["caps"]))
    currencies = compile_exchange_rates(rows["exchange_rate"])
    campaigns = by_id(
        "campaign", rows["campaign"], lambda row: compile_campaign(row, advertisers, currencies)
    )
    line_item_ids = {row["id"] for row in rows["line_item"]}
    taken: set[str] = set()
    withheld: list[str] = []
    creatives = compile_creatives(rows["creative"], line_item_ids, taken, withheld)
    rates = compile_rates(rows["rates"], line_item_ids)
    line_items = by_id(
        "line_item",
        rows["line_item"],
        lambda row: compile_line_item(row, campaigns, currencies, rates[row["id"]], creatives[row["id"]]),
    )
    channels = by_id("channel", rows["channel"], lambda row: row)
    contents = [
        checked(
            "content",
            row,
            lambda row: compile_content(row, channels, taken, line_items, withheld),
        )
        for row in rows["content"]
    ]
    # After all creatives and contents, which have their ids by now.
    tombstones = compile_tombstones(rows["tombstone"], taken, withheld)
    in_serving_order = tuple(
        sorted(line_items.values(), key=lambda item: (item.tier, -item.base_ecpm_micros, item.id)),
    )
    return Catalog(
        version,
        units,
        in_serving_order,
        line_items,
        tuple(content for content in contents if content is not None),
        tuple(withheld),
        tombstones,
    )
