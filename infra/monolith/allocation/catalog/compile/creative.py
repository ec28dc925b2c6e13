"""A creative, and the line item that it is of."""

from collections import defaultdict
from collections.abc import Iterable

from allocation.catalog.compile.index import Row, checked, require_referred, take_id
from allocation.catalog.compile.urls import require_urls
from allocation.catalog.entities import Creative


def compile_creatives(
    rows: Iterable[Row], line_item_ids: set[str], taken: set[str]
) -> dict[str, list[Creative]]:
    """Creatives by the ids of their line items."""
    by_line_item: dict[str, list[Creative]] = defaultdict(list)
    for row in rows:
        creative = checked("creative", row, lambda row: _creative(row, line_item_ids, taken))
        by_line_item[row["line_item_id"]].append(creative)
    return by_line_item


def _creative(row: Row, line_item_ids: set[str], taken: set[str]) -> Creative:
    require_referred(line_item_ids, "line item", row["line_item_id"])
    require_urls(row["image_url"], row["landing_url"])
    take_id(row["id"], taken)
    return Creative(
        row["id"],
        row["image_url"],
        row["title"],
        row["body"],
        row["call_to_action"],
        row["weight"],
    )
