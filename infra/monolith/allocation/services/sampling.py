"""Which of many equal warnings are written: a store that is gone fails every request."""

import threading

# The least time between two warnings of one kind.
_INTERVAL_SECONDS = 10.0


class SampledWarnings:
    """The warnings of one kind: the first is written, then one in ten seconds with the number of
    those before it that were not. Threads share it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._written_at = float("-inf")
        self._left_out = 0

    def next(self, now: float) -> int | None:
        """Called once a warning, at the instant of its request. Returns how many warnings were left
        out since the last one that was written; None if this one is left out too.
        """
        with self._lock:
            # A clock that was set far back ends the interval, too.
            if abs(now - self._written_at) < _INTERVAL_SECONDS:
                self._left_out += 1
                return None
            self._written_at = now
            left_out, self._left_out = self._left_out, 0
            return left_out
