"""The catalog in memory, one for each process, kept fresh as `refreshed` says, and marked where it
could not be.
"""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from allocation.dao.catalog import CatalogReader
from allocation.services.refresh import ServedCatalog, look
from allocation.services.refreshed import Refreshed

# How long the first request waits for the first catalog.
_FIRST_WAIT_SECONDS = 2.0
# How long a process waits for the first catalog before it takes requests.
_WARM_SECONDS = 15.0


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
    """Keeps one catalog fresh for the threads of one process. `now` is in seconds since 1970."""

    def __init__(self, reader: CatalogReader) -> None:
        self._refreshed = Refreshed(
            "catalog", lambda versions, may_load: look(reader, versions, may_load), _FIRST_WAIT_SECONDS
        )

    def warm(self, now: float) -> None:
        """Waits for the first catalog as long as it is being loaded. Raises CatalogUnavailable."""
        if self._refreshed.warm(now, _WARM_SECONDS) is None:
            raise CatalogUnavailable

    def get(self, now: float) -> Served:
        """The catalog, refreshed or being refreshed as its age demands.

        Raises CatalogUnavailable if none was ever loaded and none could be within two seconds.
        """
        catalog, is_fresh = self._refreshed.get(now)
        if catalog is None:
            raise CatalogUnavailable
        return Served(catalog, not is_fresh)

    def allows_origin(self, origin: str, now: float) -> FromCatalog[bool]:
        """Whether any published unit lists an origin. Raises CatalogUnavailable."""
        served = self.get(now)
        return FromCatalog(served.catalog.catalog.allows_origin(origin), served.is_stale)
