"""What is likely a slip, and must be confirmed before a publication serves it."""

import json
from typing import Any

from kernel.published.row import Row

# A price or an exchange rate that is so many times as high or as low.
PRICE_FACTOR = 10
RATE_FACTOR = 2
# So many rows of a kind are removed, and they are so large a part of those of before.
REMOVED_ROWS = 20
REMOVED_PERCENT = 20
# Of the reasons that are named.
_JUMPS_MAX = 20

_COUNTED = ("campaign", "line_item", "content", "channel")
_PRICES = {"line_item": ("price_micros", PRICE_FACTOR), "exchange_rate": ("rate_ppm", RATE_FACTOR)}


class NeedsConfirmation(Exception):
    """A publication that an operator has not confirmed, and the reasons why that is needed."""

    def __init__(self, risks: list[str]) -> None:
        super().__init__(risks[0])
        self.risks = risks


class Risks:
    """Looks at the differences of two versions, and keeps what must be confirmed."""

    def __init__(self) -> None:
        self._jumps: list[str] = []

    def look(self, before: Row, after: Row) -> None:
        """Looks at a row that two versions have in two ways."""
        if before.kind not in _PRICES or len(self._jumps) >= _JUMPS_MAX:
            return
        member, factor = _PRICES[before.kind]
        old, new = json.loads(before.json)[member], json.loads(after.json)[member]
        if old and (new >= old * factor or new * factor <= old):
            name = before.kind.replace("_", " ")
            self._jumps.append(f"{name} {before.key}: {member} jumps from {old:,} to {new:,}")

    def lines(self, changes: dict[str, Any], counts: dict[str, int]) -> list[str]:
        """The reasons, given the changes by kind and the numbers of rows of the new version."""
        found = []
        units = changes.get("unit")
        if units and units.removed:
            ids = ", ".join(units.removed_ids)
            found.append(f"units are removed, and requests of their phones become 404: {ids}")
        for kind in _COUNTED:
            if kind not in changes:
                continue
            removed = changes[kind].removed
            before = counts.get(kind, 0) + removed - changes[kind].added
            if removed >= REMOVED_ROWS and removed * 100 >= before * REMOVED_PERCENT:
                found.append(f"{removed:,} of {before:,} rows of {kind.replace('_', ' ')} are removed")
        return [*found, *self._jumps]
