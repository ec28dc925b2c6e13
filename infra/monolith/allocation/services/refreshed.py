"""Something read from a store and kept in memory, one for each process, and kept fresh.

At most once a second the store is asked which version is the newest, in a thread of its own that the
request does not wait for; a newer version loads there while the old one serves. Where the version has
not been confirmed for five seconds - no request came for a while, or the store is gone - the request
waits, at most 250 ms, and uses the version at hand if that was in vain.

A read of the version that hangs is given up. A load is not, however long it takes: a second one beside
it would make both slower. Each of its reads has a time limit of its own.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from allocation.services.sampling import SampledWarnings

_logger = logging.getLogger("django.allocation.catalog")

# The version is asked for at most this often.
_REFRESH_INTERVAL_SECONDS = 1.0
# A version confirmed this recently is taken as current.
_FRESH_FOR_SECONDS = 5.0
# A read of the version begun longer ago than this hangs; another may begin.
_ABANDON_AFTER_SECONDS = 10.0
# How long a request waits for a confirmation.
CONFIRM_WAIT_SECONDS = 0.25
# A request may find what another thread noted for a slightly later instant, because each request
# reads the clock before it comes here.
_CLOCK_DIFFERENCE_SECONDS = 1.0

Value = TypeVar("Value")


class Versions(NamedTuple):
    """What a process has found out about versions before."""

    # The one that is served; None before the first.
    served: int | None = None
    # The last one that cannot be served. Versions never change, so it is not read again.
    refused: int | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """What a look found."""

    # The newest version where it is another than the served one, ready to serve, and its number.
    newer: Value | None = None
    version: int | None = None
    # Whether the newest version is the served one.
    is_confirmed: bool = False
    # The newest version, if it cannot be served.
    refused: int | None = None
    # Why nothing was found, if the store failed.
    failure: str | None = None


# Asks for the newest version, and reads it if it was not read before. The second argument is called
# before something is read that may take long, and says whether it is still wanted. Never raises.
Look = Callable[[Versions, Callable[[], bool]], Found[Value]]


class Refreshed(Generic[Value]):
    """Keeps one value fresh for the threads of one process.

    `now` is in seconds since 1970, as the request read it. It comes from the wall clock, as in the
    functions, because a process may have been stopped for hours.
    """

    def __init__(self, name: str, look: Look[Value], first_wait_seconds: float) -> None:
        """`first_wait_seconds` is how long a request waits for the first value."""
        self._name, self._look = name, look
        self._first_wait_seconds = first_wait_seconds
        self._changed = threading.Condition()
        self._value: Value | None = None
        self._versions = Versions()
        self._confirmed_at: float | None = None
        # Refreshes so far, when the last one began, whether it is under way, and whether it loads.
        self._begun = 0
        self._begun_at: float | None = None
        self._is_running = False
        self._is_loading = False
        self._warnings = SampledWarnings()

    def warm(self, now: float, wait_seconds: float) -> Value | None:
        """Waits for the first value as long as it is being loaded, and no longer than that."""
        deadline = time.monotonic() + wait_seconds
        with self._changed:
            self._begin_if_due(now)
            while self._is_running and self._changed.wait(max(deadline - time.monotonic(), 0)):
                pass
            return self._value

    def get(self, now: float) -> tuple[Value | None, bool]:
        """The value, refreshed or being refreshed as its age demands, and whether it is fresh."""
        with self._changed:
            self._begin_if_due(now)
            wait_seconds = self._wait_seconds(now)
            if wait_seconds:
                self._wait_for_confirmation(wait_seconds, now)
            return self._value, self._is_fresh(now)

    def _wait_for_confirmation(self, seconds: float, now: float) -> None:
        """Waits until a refresh has confirmed the value, or none is under way any more."""
        deadline = time.monotonic() + seconds
        # More than one round, because the refresh under way may have begun long ago.
        while self._is_running and self._wait_seconds(now):
            left = deadline - time.monotonic()
            if left <= 0 or not self._changed.wait(left):
                return
            self._begin_if_due(now)

    def _begin_if_due(self, now: float) -> None:
        since_begun = _age(self._begun_at, now)
        if self._is_running and (self._is_loading or since_begun < _ABANDON_AFTER_SECONDS):
            return
        if since_begun < _REFRESH_INTERVAL_SECONDS:
            return
        self._begun += 1
        self._begun_at = now
        self._is_running = True
        # A daemon: a process that is told to stop does not wait for DynamoDB.
        threading.Thread(
            target=self._refresh,
            args=(self._begun, now, self._versions),
            name=f"{self._name}-refresh",
            daemon=True,
        ).start()

    def _refresh(self, number: int, begun_at: float, versions: Versions) -> None:
        found = self._look(versions, lambda: self._may_load(number))
        with self._changed:
            # Otherwise a later one was begun meanwhile.
            if number == self._begun:
                self._take(found, begun_at)
                self._changed.notify_all()

    def _may_load(self, number: int) -> bool:
        """Whether a refresh is still the last one. Notes that it loads."""
        with self._changed:
            self._is_loading = self._is_loading or number == self._begun
            return number == self._begun

    def _take(self, found: Found[Value], begun_at: float) -> None:
        self._is_running = self._is_loading = False
        if found.failure is not None:
            self._warn(found.failure, begun_at)
        if found.refused is not None:
            self._versions = self._versions._replace(refused=found.refused)
        if found.newer is not None:
            self._value = found.newer
            self._versions = self._versions._replace(served=found.version)
        if found.newer is not None or found.is_confirmed:
            self._confirmed_at = begun_at

    def _warn(self, failure: str, begun_at: float) -> None:
        if (left_out := self._warnings.next(begun_at)) is not None:
            text = "The %s could not be refreshed: %s (and %d times before)"
            _logger.warning(text, self._name, failure, left_out)

    def _is_fresh(self, now: float) -> bool:
        return _age(self._confirmed_at, now) < _FRESH_FOR_SECONDS

    def _wait_seconds(self, now: float) -> float:
        if self._is_fresh(now):
            return 0.0
        return self._first_wait_seconds if self._value is None else CONFIRM_WAIT_SECONDS


def _age(since: float | None, now: float) -> float:
    """Seconds since an instant. An instant that never was is infinitely old, and so is one in the
    future: the clock was set back.
    """
    if since is None or since - now > _CLOCK_DIFFERENCE_SECONDS:
        return float("inf")
    return max(now - since, 0.0)
