"""Counts what a process answers, and flushes it while requests go on.

The first request that comes ten seconds after the last flush begins the next one, in a thread of its own
that no request waits for. A process that is killed loses what it answered since; one that is asked to end
flushes first.
"""

import logging
import random
import threading
from collections.abc import Mapping
from typing import Any

from allocation.dao.counts import CountsName, CountsWriter
from allocation.dao.error import DaoError
from allocation.decision.context import Inputs
from allocation.decision.decide import Decision
from allocation.services.count_window import Window
from allocation.services.sampling import SampledWarnings

_logger = logging.getLogger("django.allocation.counts")

# The least time between two flushes.
_FLUSH_INTERVAL_SECONDS = 10.0


class Counts:
    """The counts of one process. Threads share it. `now` is in seconds since 1970."""

    def __init__(self, writer: CountsWriter) -> None:
        self._writer = writer
        self._lock = threading.Lock()
        self._window = Window()
        # The first request of the window, and the begin of the last flush, or the first request.
        self._begins: float | None = None
        self._flushed_at: float | None = None
        # Differs between processes, also between those that were forked from one; nothing is decided
        # by it.
        self._environment: int | None = None
        self._sequence = 0
        self._warnings = SampledWarnings()

    def add(self, kind: str, inputs: Inputs, decision: Decision, now: float) -> None:
        with self._lock:
            if self._begins is None:
                self._begins = now
            self._window.add(kind, inputs, decision)

    def flush_if_due(self, now: float) -> None:
        """Begins a flush if it is time to."""
        with self._lock:
            if self._flushed_at is None:
                self._flushed_at = now
            # A clock that was set back ends the interval, too.
            if abs(now - self._flushed_at) < _FLUSH_INTERVAL_SECONDS:
                return
            taken = self._take(now)
        if taken is not None:
            # A daemon: a process that is told to stop does not wait for DynamoDB.
            threading.Thread(target=self._write, args=(*taken, now), name="counts-flush", daemon=True).start()

    def flush(self, now: float) -> None:
        """Flushes what is left, before the process ends."""
        with self._lock:
            taken = self._take(now)
        if taken is not None:
            self._write(*taken, now)

    def _take(self, now: float) -> tuple[CountsName, Mapping[str, Any]] | None:
        """What was counted; None if there is nothing."""
        self._flushed_at = now
        if self._begins is None:
            return None
        if self._environment is None:
            self._environment = random.SystemRandom().getrandbits(64)
        self._sequence += 1
        name = CountsName(int(now), self._environment, self._sequence)
        document = self._window.document(int(self._begins), int(now))
        self._window, self._begins = Window(), None
        return name, document

    def _write(self, name: CountsName, counts: Mapping[str, Any], now: float) -> None:
        """Writes counts. What cannot be written is lost: to write it later might count it twice."""
        try:
            self._writer.write(name, counts)
        except DaoError as error:
            if (left_out := self._warnings.next(now)) is not None:
                text = "Counts of answers could not be written: %s (and %d times before)"
                _logger.warning(text, error, left_out)
