"""The ledger: each accepted event once, durably. An event is accepted when the ledger holds it.

An entry's partition is the hour of the slot's issue and a shard, so that a repetition finds it at any
time and no partition is hot. An invalid event lies beside the valid one and never takes its place: a
prefetch must not make the person's click a repetition. Vectors: `tests/fixtures/vectors/ledger.json`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Protocol
from uuid import UUID

from allocation.dao.error import DaoError
from allocation.models.event import VALID

_SHARDS = 16


class Recorded(Enum):
    """What became of a write."""

    NEW = "new"
    # An earlier write is there.
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One event. Instants are in epoch seconds, hashes have 64 bits, and what is not known is None."""

    request_id: UUID
    # When the slot was handed out.
    issued_at: int
    position: int
    # One of `models.event.EVENT_KINDS`.
    kind: str
    # `models.event.VALID`, or the reason why it does not count.
    event_class: str
    # "line_item" or "content".
    item_kind: str
    item_id: str | None
    item_hash: int | None
    campaign_id: str | None
    advertiser_id: str | None
    # Of an ad.
    creative_id: str | None
    creative_hash: int | None
    unit_id: str | None
    unit_hash: int | None
    catalog_version: int | None
    # What was agreed on for an ad.
    pricing: str | None
    price_micros: int | None
    currency: str | None
    happened_at: int
    arrived_at: int
    # The name of the user's state and of the zone of the user's days; None under limit-ad-tracking.
    user_key: str | None
    zone_name: str | None
    # When the store may forget it.
    expires_at: int
    # Whether an event that counts could not be checked for bursts.
    is_burst_unchecked: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells the entry from all others."""
        return self.partition, self.sort_key

    @property
    def partition(self) -> str:
        return f"slot#{_written(self.issued_at, '%Y%m%dT%H')}#{self._shard}"

    @property
    def sort_key(self) -> str:
        reason = "" if self.event_class == VALID else f"#{self.event_class}"
        return f"{self.request_id}#{self.position:03}#{self.kind}{reason}"

    @property
    def arrival(self) -> str:
        """The minute of the arrival and the shard: the key under which later sums find it."""
        return f"{_written(self.arrived_at, '%Y%m%dT%H%M')}#{self._shard}"

    @property
    def _shard(self) -> str:
        # The last byte of an id is random.
        return f"{self.request_id.bytes[-1] % _SHARDS:02}"


class Ledger(Protocol):
    def warm(self) -> None:
        """Connects before the first event. Raises DaoError."""

    def record(self, entries: Sequence[LedgerEntry]) -> list[Recorded | DaoError]:
        """Writes entries side by side, no two with one key: what became of each, in order. An entry that
        was not taken may be sent again; so may one that the time did not suffice for.
        """


def _written(instant: int, form: str) -> str:
    return datetime.fromtimestamp(instant, timezone.utc).strftime(form)
