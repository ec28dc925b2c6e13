"""A creative, and the line item that it is of."""

from collections import defaultdict
from collections.abc import Iterable

from allocation.catalog.compile.index import Row, checked, require_referred, take_id
from allocation.catalog.compile.urls import read_addresses
from allocation.catalog.entities import Creative


def compile_creatives(
    rows: Iterable[Row], line_item_ids: set[str], taken: set[str], withheld: list[str]
) -> dict[str, list[Creative]]:
    """Creatives by the ids of their line items, without the withheld ones."""
    by_line_item: dict[str, list[Creative]] = defaultdict(list)
    for row in rows:
        creative = checked("creative", row, lambda row: _creative(row, line_item_ids, taken, withheld))
        if creative is not None:
            by_line_item[row["line_item_id"]].append(creative)
    return by_line_item


def _creative(row: Row, line_item_ids: set[str], taken: set[str], withheld: list[str]) -> Creative | None:
    require_referred(line_item_ids, "line item", row["line_item_id"])
    take_id(row["id"], taken)
    addresses = read_addresses("creative", row, withheld)
    if addresses is None:
        return None
    image_url, landing_url = addresses
    return Creative(
        row["id"],
        image_url,
        row["title"],
        row["body"],
        row["call_to_action"],
        row["weight"],
        landing_url,
    )
