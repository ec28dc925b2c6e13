"""Random gates for a catalog: spent campaigns and line items, gates that are partly open, and gates that
close by themselves, in the past and in the future of requests.
"""

from typing import Any

from . import pools
from .pools import Chance, Row, now_and_then

_SHARES_PPM = [0, 1, 250_000, 500_000, 999_999, 1_000_000, 1_000_000]


def gates(seed: int, number: int, rows: dict[str, list[Row]]) -> dict[str, Any]:
    """The gates for the catalog of that number, as `catalog-cli write-gates` takes them."""
    chance = Chance(f"{seed}/{number}/gates")
    spent = [row["id"] for row in rows["campaigns"] if now_and_then(chance, 0.1)]
    held = [_gate(chance, row["id"]) for row in rows["line_items"] if now_and_then(chance, 0.4)]
    # A table names line items that a catalog does not have any more, or not yet.
    return {"spent_campaigns": [*spent, "c-gone"], "line_items": [*held, _gate(chance, "li-gone")]}


def _gate(chance: Chance, item_id: str) -> Row:
    gate: Row = {"id": item_id, "open_ppm": chance.choice(_SHARES_PPM)}
    if now_and_then(chance, 0.3):
        gate["closes_at"] = pools.instant(chance) + chance.choice([-1, 0, 0, 1, 30])
    if now_and_then(chance, 0.1):
        gate["is_spent"] = True
    return gate
