"""Counts impressions and clicks in users' histories, each once."""

from dataclasses import dataclass
from typing import Protocol

from allocation.models.event import ShownItem
from allocation.models.time.windows import Buckets


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One tracking event to be counted."""

    # One of `models.event.EVENT_KINDS`.
    kind: str
    # The name of the user's state.
    user_key: str
    # What tells the slot from all others: the event counts once for it and the kind.
    slot_key: str
    item: ShownItem
    # In epoch seconds, with the windows in which it lies.
    occurred_at: int
    buckets: Buckets
    # The windows in which it arrived. They tell a late event from one of a user who has traveled.
    arrived: Buckets
    # For so long the same event can be reported again.
    repeatable_for_seconds: int


class EventRecorder(Protocol):
    def warm(self) -> None:
        """Connects before the first event. Raises DaoError."""

    def record(self, event: EventRecord) -> bool:
        """Counts an event; False if it was counted before. Raises DaoError."""
