"""The catalog in memory, one for each process, kept fresh.

At most once a second the version pointer is read, in a thread of its own that the request does not
wait for; a newer version loads there while the old one serves. When the version has not been
confirmed for five seconds - nobody asked for a while, the store is gone - the request waits, at
most 250 ms, and serves what it has with a mark if that was in vain.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from allocation.catalog.compile.compile import compile_catalog
from allocation.catalog.entities import Catalog
from allocation.catalog.rows import Rows
from allocation.dao.error import StoreError

_logger = logging.getLogger("django.allocation.catalog")

# The pointer is read at most this often.
_ASK_EVERY_SECONDS = 1.0
# A version confirmed this recently is taken as current.
_FRESH_FOR_SECONDS = 5.0
# A refresh begun longer ago than this hangs; another may begin.
_ABANDON_AFTER_SECONDS = 10.0
# How long a request waits for a confirmation, and the first one for the first catalog.
_CONFIRM_WAIT_SECONDS = 0.25
_FIRST_WAIT_SECONDS = 2.0
# How long a process that has no request yet waits for it.
_WARM_SECONDS = 15.0


class CatalogReader(Protocol):
    def current_version(self) -> int | None:
        """The version that is served now; None if none was ever published. Raises StoreError."""

    def rows(self, version: int) -> Rows:
        """All rows of a version. Raises StoreError, or ValueError if one cannot be read."""


class Served(NamedTuple):
    """A catalog to decide on, and whether it could not be confirmed in time as the newest."""

    catalog: Catalog
    is_stale: bool


class CatalogUnavailable(Exception):
    """There is no catalog: none was ever read here."""


class CatalogCache:
    """Keeps one catalog fresh for the threads of one process."""

    def __init__(self, reader: CatalogReader, clock: Callable[[], float] = time.time) -> None:
        self._reader = reader
        # The wall clock, as on the other side: a process may have been stopped for hours.
        self._clock = clock
        self._changed = threading.Condition()
        self._catalog: Catalog | None = None
        self._confirmed_at: float | None = None
        # A version whose rows cannot be served; they never change, so they are not read again.
        self._refused_version: int | None = None
        self._begun = 0
        self._begun_at: float | None = None
        self._is_running = False

    def warm(self) -> None:
        """Waits for the first catalog as long as it is being loaded. Raises CatalogUnavailable."""
        deadline = time.monotonic() + _WARM_SECONDS
        with self._changed:
            self._begin_if_due()
            while self._is_running and self._changed.wait(max(deadline - time.monotonic(), 0)):
                pass
            if self._catalog is None:
                raise CatalogUnavailable

    def get(self) -> Served:
        """The catalog, refreshed or being refreshed as its age demands.

        Raises CatalogUnavailable if none was ever loaded and none could be within two seconds.
        """
        with self._changed:
            self._begin_if_due()
            wait_seconds = self._wait_seconds()
            if wait_seconds:
                self._wait_for_confirmation(wait_seconds)
            if self._catalog is None:
                raise CatalogUnavailable
            return Served(self._catalog, not self._is_fresh())

    def _wait_for_confirmation(self, seconds: float) -> None:
        """Waits until a refresh has confirmed the catalog, or none is under way any more."""
        deadline = time.monotonic() + seconds
        # More than one round, because the refresh under way may have begun long ago.
        while self._is_running and self._wait_seconds():
            left = deadline - time.monotonic()
            if left <= 0 or not self._changed.wait(left):
                return
            self._begin_if_due()

    def _begin_if_due(self) -> None:
        now = self._clock()
        since_begun = _age(self._begun_at, now)
        if self._is_running and since_begun < _ABANDON_AFTER_SECONDS:
            return
        if since_begun < _ASK_EVERY_SECONDS:
            return
        self._begun += 1
        self._begun_at = now
        self._is_running = True
        known = self._catalog.version if self._catalog else None
        # A daemon: a process that is told to stop does not wait for DynamoDB.
        threading.Thread(
            target=self._refresh,
            args=(self._begun, now, known, self._refused_version),
            name="catalog-refresh",
            daemon=True,
        ).start()

    def _refresh(
        self, number: int, begun_at: float, known: int | None, refused: int | None
    ) -> None:
        catalog, is_confirmed = None, False
        try:
            version = self._reader.current_version()
            is_confirmed = version is not None and version == known
            if version is not None and version not in (known, refused):
                catalog, refused = self._load(version, refused)
        except StoreError as error:
            _logger.warning("The catalog could not be refreshed: %s", error)
        except Exception:
            # Whatever it was, the next refresh tries again; a thread that dies unheard would not.
            _logger.exception("The catalog could not be refreshed")
        with self._changed:
            if number != self._begun:
                # A later one was begun meanwhile.
                return
            self._is_running = False
            self._refused_version = refused
            if catalog is not None:
                self._catalog = catalog
            if catalog is not None or is_confirmed:
                self._confirmed_at = begun_at
            self._changed.notify_all()

    def _load(self, version: int, refused: int | None) -> tuple[Catalog | None, int | None]:
        try:
            catalog = compile_catalog(version, self._reader.rows(version))
        except ValueError as error:
            text = "Version %d of the catalog is refused; serving the one before: %s"
            _logger.error(text, version, error)
            return None, version
        _logger.info("Serving version %d of the catalog", version)
        return catalog, refused

    def _is_fresh(self) -> bool:
        return _age(self._confirmed_at, self._clock()) < _FRESH_FOR_SECONDS

    def _wait_seconds(self) -> float:
        if self._catalog is None:
            return _FIRST_WAIT_SECONDS
        return 0.0 if self._is_fresh() else _CONFIRM_WAIT_SECONDS


def _age(since: float | None, now: float) -> float:
    """Seconds since an instant; one that never was, or a clock that was set back, is old."""
    if since is None or now < since:
        return float("inf")
    return now - since
