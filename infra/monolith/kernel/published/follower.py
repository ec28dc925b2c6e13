"""Follows the version that is served, for processes that answer requests meanwhile."""

from collections.abc import Iterator
from typing import Any

from kernel.published.client import connect
from kernel.published.reader import PublishedCatalogs
from kernel.published.row import Row

# Two attempts at the pointer take less than the 250 ms that a request waits for it. The first read
# has longer, because it has to connect and there is nothing to serve meanwhile.
_POINTER_TIMEOUT_SECONDS = 0.115
_FIRST_POINTER_TIMEOUT_SECONDS = 1.0
_POINTER_ATTEMPTS = 2
# One attempt at anything else: a page of rows has 1 MB.
_ROWS_TIMEOUT_SECONDS = 3.0
_ROWS_ATTEMPTS = 3


class CatalogFollower:
    """Reads the pointer with short deadlines, and rows with longer ones.

    Clients are made when they are first used, so that a process may be forked until then.
    """

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._table, self._region, self._endpoint_url = table, region, endpoint_url
        # The version of the last pointer that was read; 0 before the first.
        self._last_version = 0
        self._clients: dict[float, Any] = {}

    def current_version(self) -> int | None:
        """The version that is served now; None if none was ever published. Raises StoreError.

        The pointer is read eventually consistent, and again consistently where it seems to go back:
        a replica may lag, and only a consistent read tells that from a table that was emptied.
        """
        timeout_seconds = _POINTER_TIMEOUT_SECONDS if self._last_version else _FIRST_POINTER_TIMEOUT_SECONDS
        catalogs = self._catalogs(timeout_seconds, _POINTER_ATTEMPTS)
        version = catalogs.current_version(is_consistent=False)
        if (version or 0) < self._last_version:
            version = catalogs.current_version()
        self._last_version = version or 0
        return version

    def rows(self, version: int) -> Iterator[Row]:
        """The rows of a version. Raises StoreError, at the latest at the end, if any is missing."""
        return self._catalogs(_ROWS_TIMEOUT_SECONDS, _ROWS_ATTEMPTS).rows(version)

    def _catalogs(self, timeout_seconds: float, attempts_max: int) -> PublishedCatalogs:
        if timeout_seconds not in self._clients:
            self._clients[timeout_seconds] = connect(
                self._endpoint_url,
                self._region,
                connect_timeout_seconds=timeout_seconds,
                attempt_timeout_seconds=timeout_seconds,
                attempts_max=attempts_max,
            )
        return PublishedCatalogs(self._clients[timeout_seconds], self._table)
