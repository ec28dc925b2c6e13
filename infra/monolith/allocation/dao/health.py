"""Whether a server is well enough to be asked. No I/O, no clock.

A server that has failed is asked by one request at a time; all others are refused at once. The first
request after a failure tells a dead connection from a sick server. After that, requests follow one
another at pauses: where a failure costs the connection, a second, because a connection costs a
server more than a question; where the server answers with an error, a pause that doubles up to half
a second and differs by chance. The first answer ends the sickness.

The functions keep a connection on which answers are late, because their client reads late answers
and drops them. This client cannot: it has to connect again.
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
    _is_probed: bool = field(default=False, init=False)
    _asked_at: float = field(default=0.0, init=False)
    _pause_seconds: float = field(default=0.0, init=False)

    def admit(self, now: float) -> Entry | None:
        """Lets a request through, or refuses it. `answered` or `failed` must follow."""
        if not self.failures:
            self._asked_at = now
            return Entry.USUAL
        if self._is_probed or now - self._asked_at < self._pause_seconds:
            return None
        self._is_probed = True
        self._asked_at = now
        return Entry.PROBE

    def answered(self, entry: Entry) -> None:
        """The server has answered in time."""
        self.failures = 0
        if entry is Entry.PROBE:
            self._is_probed = False

    def failed(self, entry: Entry, *, is_disconnected: bool) -> None:
        """The server has not answered in time, or has answered that it does not serve."""
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
