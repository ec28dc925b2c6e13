"""What a process has answered since the last flush, in bounded space."""

import random
from typing import Any

from allocation.decision.context import Inputs
from allocation.decision.decide import Decision
from allocation.decision.slot import AdSlot
from allocation.models.counts import history_class, sample_of, seen_before

# The most rows of requests and of line items; what does not fit is summed.
_REQUEST_ROWS_MAX = 1_000
_LINE_ITEMS_MAX = 5_000
# The most characters of ids in all rows, so that the document fits an item.
_ID_LENGTH_MAX = 250_000
# The most samples of a flush.
_SAMPLES_MAX = 20
# The id that stands for all others.
_OTHERS = "*"


class Window:
    """The counts of one flush. The caller holds a lock."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, str], int] = {}
        self._handed_out: dict[str, int] = {}
        self._id_length = 0
        # How many requests were counted.
        self._of = 0
        self._samples: list[dict[str, Any]] = []

    def add(self, kind: str, inputs: Inputs, decision: Decision) -> None:
        query, state = inputs.query, inputs.state
        zone = query.zone or inputs.unit.zone
        reason = decision.no_fill_reason
        outcome = "filled" if reason is None else f"no_fill:{reason}"
        row = (kind, query.unit_id, outcome)
        if row not in self._requests and not (
            len(self._requests) < _REQUEST_ROWS_MAX and self._has_room(query.unit_id)
        ):
            row = (kind, _OTHERS, outcome)
        self._requests[row] = self._requests.get(row, 0) + 1
        for slot in decision.slots:
            if isinstance(slot, AdSlot):
                self._add_line_item(slot.item.id)
        self._of += 1
        # A reservoir: the n-th request takes a place with a chance of the places among n. Nothing is
        # decided by it.
        place = len(self._samples) if self._of <= _SAMPLES_MAX else random.randrange(self._of)  # noqa: S311
        if place < _SAMPLES_MAX:
            known = (history_class(state), seen_before(query, state, inputs.now, zone))
            sample = sample_of(kind, query, known, len(decision.slots), reason)
            self._samples[place : place + 1] = [sample]

    def document(self, begins: int, ends: int) -> dict[str, Any]:
        """The document, rows in order. Instants in epoch seconds."""
        return {
            "from": begins,
            "until": ends,
            "requests": sorted([*row, count] for row, count in self._requests.items()),
            "handed_out": sorted([item, count] for item, count in self._handed_out.items()),
            "samples": {"of": self._of, "requests": self._samples},
        }

    def _add_line_item(self, item_id: str) -> None:
        if item_id not in self._handed_out and not (
            len(self._handed_out) < _LINE_ITEMS_MAX and self._has_room(item_id)
        ):
            item_id = _OTHERS
        self._handed_out[item_id] = self._handed_out.get(item_id, 0) + 1

    def _has_room(self, text: str) -> bool:
        """Whether there is room for an id, which takes it."""
        length = self._id_length + len(text)
        if length > _ID_LENGTH_MAX:
            return False
        self._id_length = length
        return True
