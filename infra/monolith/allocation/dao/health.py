"""Whether a server is well enough to be asked. No I/O, no clock.

A server that has failed is asked by one request at a time; all others are refused at once. The first
request after a failure tells a dead connection from a sick server. After that, requests follow one
another at pauses: where a failure costs the connection, a second, because a connection costs a
server more than a question; where the connection stays, a pause that doubles up to half a second and
differs by chance. The first answer in time ends the sickness.

While an answer is late, the server is not asked: another question would need another connection.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

_RECONNECT_SECONDS = 1.0
_PAUSE_SECONDS_MIN = 0.05
_PAUSE_SECONDS_MAX = 0.5


class Entry(Enum):
    """How a request is let through."""

    # As one of many.
    USUAL = "usual"
    # As the only one, to find out whether the server is well.
    PROBE = "probe"


@dataclass(slots=True)
class Health:
    """What is known about one server. The caller holds a lock. Instants are in seconds."""

    # A number from 0 to 1, for the pauses.
    chance: Callable[[], float]
    failures: int = 0
    # Questions whose deadline is over and whose answers may still come.
    _late: int = field(default=0, init=False)
    _is_probed: bool = field(default=False, init=False)
    _asked_at: float = field(default=0.0, init=False)
    _pause_seconds: float = field(default=0.0, init=False)

    def admit(self, now: float) -> Entry | None:
        """Lets a request through, or refuses it. `answered`, `failed`, or `late` and
        `ended` must follow.
        """
        if not self.failures:
            self._asked_at = now
            return Entry.USUAL
        if self._late or self._is_probed or now - self._asked_at < self._pause_seconds:
            return None
        self._is_probed = True
        self._asked_at = now
        return Entry.PROBE

    def answered(self, entry: Entry) -> None:
        """The server has answered in time."""
        self.failures = 0
        if entry is Entry.PROBE:
            self._is_probed = False

    def late(self, entry: Entry) -> None:
        """The deadline has come before an answer. `ended` follows when the question ends."""
        self._late += 1
        self.failed(entry, is_disconnected=False)

    def ended(self, now: float, *, is_disconnected: bool) -> None:
        """A late question has ended, with an answer or with its connection."""
        self._late -= 1
        if is_disconnected and self.failures > 1:
            self._pause_seconds = _RECONNECT_SECONDS
        if not is_disconnected:
            # The pause begins with the answer.
            self._asked_at = now

    def failed(self, entry: Entry, *, is_disconnected: bool) -> None:
        """The server, or the connection, has failed in time."""
        if entry is Entry.PROBE:
            self._is_probed = False
        elif self.failures:
            # It began before the server was found to be sick, and says nothing new.
            return
        self.failures += 1
        if self.failures == 1:
            self._pause_seconds = 0.0
        elif is_disconnected:
            self._pause_seconds = _RECONNECT_SECONDS
        else:
            longest = min(_PAUSE_SECONDS_MIN * 2 ** min(self.failures, 8), _PAUSE_SECONDS_MAX)
            self._pause_seconds = longest * (0.5 + self.chance() / 2)
