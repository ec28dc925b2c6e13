"""The catalog in memory, one for each process, kept fresh.

At most once a second the version pointer is read, in a thread of its own that the request does not
wait for; a newer version loads there while the old one serves. Where the version has not been
confirmed for five seconds - no request came for a while, or the store is gone - the request waits,
at most 250 ms, and serves the version at hand with a mark if that was in vain.

A read of the pointer that hangs is given up. A load is not, however long it takes: a second one
beside it would make both slower. Each of its reads has a time limit of its own.
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from allocation.dao.catalog import CatalogReader
from allocation.services.refresh import Found, ServedCatalog, Versions, look
from allocation.services.sampling import SampledWarnings

_logger = logging.getLogger("django.allocation.catalog")

# The pointer is read at most this often.
_REFRESH_INTERVAL_SECONDS = 1.0
# A version confirmed this recently is taken as current.
_FRESH_FOR_SECONDS = 5.0
# A read of the pointer begun longer ago than this hangs; another may begin.
_ABANDON_AFTER_SECONDS = 10.0
# How long a request waits for a confirmation, and the first one for the first catalog.
_CONFIRM_WAIT_SECONDS = 0.25
_FIRST_WAIT_SECONDS = 2.0
# How long a process waits for the first catalog before it takes requests.
_WARM_SECONDS = 15.0
# A request may find what another thread noted for a slightly later instant, because each request
# reads the clock before it comes here.
_CLOCK_DIFFERENCE_SECONDS = 1.0


Value = TypeVar("Value")


class Served(NamedTuple):
    """A catalog to decide on, and whether it could not be confirmed in time as the newest."""

    catalog: ServedCatalog
    is_stale: bool


@dataclass(frozen=True, slots=True)
class FromCatalog(Generic[Value]):
    """What a catalog says, and whether the catalog could not be confirmed as the newest."""

    value: Value
    is_stale: bool


class CatalogUnavailable(Exception):
    """There is no catalog: none was ever read here."""


class CatalogCache:
    """Keeps one catalog fresh for the threads of one process.

    `now` is in seconds since 1970, as the request read it. It comes from the wall clock, as in the
    functions, because a process may have been stopped for hours.
    """

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self._changed = threading.Condition()
        self._catalog: ServedCatalog | None = None
        self._versions = Versions()
        self._confirmed_at: float | None = None
        # Refreshes so far, when the last one began, whether it is under way, and whether it loads.
        self._begun = 0
        self._begun_at: float | None = None
        self._is_running = False
        self._is_loading = False
        self._warnings = SampledWarnings()

    def warm(self, now: float) -> None:
        """Waits for the first catalog as long as it is being loaded. Raises CatalogUnavailable."""
        deadline = time.monotonic() + _WARM_SECONDS
        with self._changed:
            self._begin_if_due(now)
            while self._is_running and self._changed.wait(max(deadline - time.monotonic(), 0)):
                pass
            if self._catalog is None:
                raise CatalogUnavailable

    def get(self, now: float) -> Served:
        """The catalog, refreshed or being refreshed as its age demands.

        Raises CatalogUnavailable if none was ever loaded and none could be within two seconds.
        """
        with self._changed:
            self._begin_if_due(now)
            wait_seconds = self._wait_seconds(now)
            if wait_seconds:
                self._wait_for_confirmation(wait_seconds, now)
            if self._catalog is None:
                raise CatalogUnavailable
            return Served(self._catalog, not self._is_fresh(now))

    def allows_origin(self, origin: str, now: float) -> FromCatalog[bool]:
        """Whether any published unit lists an origin. Raises CatalogUnavailable."""
        served = self.get(now)
        return FromCatalog(served.catalog.catalog.allows_origin(origin), served.is_stale)

    def _wait_for_confirmation(self, seconds: float, now: float) -> None:
        """Waits until a refresh has confirmed the catalog, or none is under way any more."""
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
            name="catalog-refresh",
            daemon=True,
        ).start()

    def _refresh(self, number: int, begun_at: float, versions: Versions) -> None:
        found = look(self._reader, versions, lambda: self._may_load(number))
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

    def _take(self, found: Found, begun_at: float) -> None:
        self._is_running = self._is_loading = False
        if found.failure is not None:
            self._warn(found.failure, begun_at)
        if found.refused is not None:
            self._versions = self._versions._replace(refused=found.refused)
        if found.newer is not None:
            self._catalog = found.newer
            self._versions = self._versions._replace(served=found.newer.catalog.version)
        if found.newer is not None or found.is_confirmed:
            self._confirmed_at = begun_at

    def _warn(self, failure: str, begun_at: float) -> None:
        if (left_out := self._warnings.next(begun_at)) is not None:
            text = "The catalog could not be refreshed: %s (and %d times before)"
            _logger.warning(text, failure, left_out)

    def _is_fresh(self, now: float) -> bool:
        return _age(self._confirmed_at, now) < _FRESH_FOR_SECONDS

    def _wait_seconds(self, now: float) -> float:
        if self._catalog is None:
            return _FIRST_WAIT_SECONDS
        return 0.0 if self._is_fresh(now) else _CONFIRM_WAIT_SECONDS


def _age(since: float | None, now: float) -> float:
    """Seconds since an instant. An instant that never was is infinitely old, and so is one in the
    future: the clock was set back.
    """
    if since is None or since - now > _CLOCK_DIFFERENCE_SECONDS:
        return float("inf")
    return max(now - since, 0.0)
