"""Pacing: which campaigns have spent their budget, and how far the gates of line items are open."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from allocation.models.arithmetic import PPM
from allocation.models.draw import PACING, draw


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates as of one moment. A line item without an entry may always be chosen."""

    spent_campaigns: Set[str] = frozenset()
    # How often a line item may be chosen, in ppm of (user, minute).
    open_ppm: Mapping[str, int] = field(default_factory=dict)

    def is_open(self, line_item_id: str, user_id: str, epoch_minute: int) -> bool:
        open_ppm = self.open_ppm.get(line_item_id)
        if open_ppm is None:
            return True
        return draw(PACING, user_id, line_item_id, epoch_minute) % PPM < open_ppm


OPEN_GATES = Gates()
