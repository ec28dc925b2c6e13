"""Pacing: which campaigns and line items are spent, and how far the gates of the others are open.

The table follows from what was delivered so far, and is made once a minute. A decision only reads
it. Ids are named by their hashes; `pacing_codec` has the table as bytes.
"""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from allocation.models.arithmetic import PPM
from allocation.models.draw import PACING, draw, id_hash

# The `closes_at` of a gate that never closes by itself.
NEVER_CLOSES = 2**32 - 1


class Gate(NamedTuple):
    """The gate of one line item."""

    # How often the line item may be chosen, in ppm of (user, minute).
    open_ppm: int
    # The epoch second from which the gate is closed whatever `open_ppm` says, so that an open gate
    # closes by itself when no newer table comes.
    closes_at: int = NEVER_CLOSES
    # Whether the line item's goal or budget is spent.
    is_spent: bool = False

    def has_closed_by(self, now: int) -> bool:
        """Whether the gate has closed by itself, because no newer table came."""
        return self.closes_at != NEVER_CLOSES and now >= self.closes_at


class Gates:
    """The gates of one table. A line item without an entry may always be chosen."""

    __slots__ = ("items", "made_at", "spent_campaigns", "version")

    def __init__(
        self, version: int, made_at: int, spent_campaigns: Iterable[int], items: Mapping[int, Gate]
    ) -> None:
        # The epoch minute in which the table was made, and the second.
        self.version, self.made_at = version, made_at
        # Hashes of ids.
        self.spent_campaigns: Set[int] = frozenset(spent_campaigns)
        # By the hash of the line item's id.
        self.items = items

    def gate(self, line_item_id: str) -> Gate | None:
        """The gate of a line item; None: open."""
        return self.items.get(id_hash(line_item_id)) if self.items else None

    def is_campaign_spent(self, campaign_id: str) -> bool:
        return bool(self.spent_campaigns) and id_hash(campaign_id) in self.spent_campaigns

    def is_item_spent(self, line_item_id: str) -> bool:
        gate = self.gate(line_item_id)
        return gate is not None and gate.is_spent

    def is_open(self, line_item_id: str, user_id: str, now: int) -> bool:
        """Whether the gate of a line item is open for a user at an instant in epoch seconds."""
        gate = self.gate(line_item_id)
        if gate is None:
            return True
        if gate.open_ppm == 0 or gate.has_closed_by(now):
            return False
        return draw(PACING, user_id, line_item_id, now // 60) % PPM < gate.open_ppm


OPEN_GATES = Gates(0, 0, (), {})
