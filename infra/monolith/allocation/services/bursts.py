"""Whether a user or an address sends more events in a minute than persons do.

All events of a request are counted at once, under the name of each user and of the address. The name of
an address is a digest under a secret that changes each day, and its count is forgotten within two minutes.
"""

from collections import Counter
from collections.abc import Sequence
from enum import Enum

from allocation.dao.bursts import BurstCounter
from allocation.services.base64_text import write_base64
from allocation.services.signing import SigningKeys

_DAY_SECONDS = 24 * 3_600
# How much of a digest names an address.
_NAME_BYTES = 16


class Burst(Enum):
    """What the count of a minute says about an event."""

    # One of as many as persons send, or one that is not counted.
    WITHIN = "within"
    BEYOND = "beyond"
    # The count is not known.
    UNCHECKED = "unchecked"


class Counted:
    """What is counted of a request: for each event the names and the most events of each."""

    def __init__(self, limits: Sequence[dict[str, int]]) -> None:
        self._limits = limits

    def judge(self, counter: BurstCounter, now: float) -> list[Burst]:
        """Counts, and judges each event of a request that arrived at `now`. Raises DaoError."""
        events = Counter(name for limits in self._limits for name in limits)
        if not events:
            return [Burst.WITHIN] * len(self._limits)
        counts = counter.add_events(int(now) // 60, events)
        # What each name had before this request's next event.
        before = {name: counts[name] - number for name, number in events.items()}
        bursts = []
        for limits in self._limits:
            burst = Burst.WITHIN
            for name, limit in limits.items():
                before[name] += 1
                if before[name] > limit:
                    burst = Burst.BEYOND
            bursts.append(burst)
        return bursts

    def unchecked(self) -> list[Burst]:
        """What is known without counts: nothing of what should have been counted."""
        return [Burst.UNCHECKED if limits else Burst.WITHIN for limits in self._limits]


def address_name(keys: SigningKeys, address: bytes, now: float) -> str:
    """The name of an address on the day of `now`. It begins with a character that no user's name has."""
    message = b"lockfill address\x1f%d\x1f" % (int(now) // _DAY_SECONDS)
    return "~" + write_base64(keys.digest(message + address)[:_NAME_BYTES])
