"""What the claims of a token mean: the ids that are counted, and the landing page.

A token names its item by a hash, and the catalog has the ids. An item that was withdrawn is in the
catalog for as long as its tokens live. An item that only a newer version has belongs to an answer of
another process, which has loaded that version earlier: the event waits for it. What is not found then
is recorded by its hashes, and not counted, because the user's history is kept by ids.
"""

import time
from dataclasses import dataclass

from allocation.catalog.entities import Tombstone
from allocation.models.event import ShownItem
from allocation.services.catalog_cache import CatalogCache, CatalogUnavailable, Served
from allocation.services.claims import Claims

# How long events wait for the version that has their items: a little longer than the time between two
# reads of the version pointer.
_NEWER_WAIT_SECONDS = 1.3
# The time between two looks.
_LOOK_INTERVAL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """What was found."""

    # None if the catalog does not have the item.
    item: ShownItem | None
    creative_id: str | None = None
    unit_id: str | None = None
    # Where a click leads, if the catalog has an address for the item.
    landing_url: str | None = None
    # Of an item that is served no more.
    tombstone: Tombstone | None = None
    # Whether the catalog could not be confirmed as the newest, or does not have the item.
    is_catalog_stale: bool = False
    is_without_catalog: bool = False


class FoundItems:
    """Finds what the claims of one request mean, which arrived at `now` in seconds since 1970. All of
    its events share what was read of the catalog, and the time that they wait: a store that does not
    answer makes the request wait once, however many events it has.
    """

    def __init__(self, catalogs: CatalogCache, now: float) -> None:
        self._catalogs, self._now = catalogs, now
        self._began = time.monotonic()
        self._has_looked = False
        self._served: Served | None = None

    def find(self, claims: Claims, *, may_wait: bool) -> Found:
        """What claims mean; what they say themselves if there is no catalog."""
        wanted = 0 if claims.basis is None else claims.basis.catalog_version
        if not self._has_looked:
            self._look()
        while (served := self._served) is not None:
            found = self._found(claims, served)
            is_newest_at_hand = served.catalog.catalog.version >= wanted
            if found.item or is_newest_at_hand or not may_wait or self._waited >= _NEWER_WAIT_SECONDS:
                return found
            time.sleep(_LOOK_INTERVAL_SECONDS)
            self._look()
        item = claims.item if isinstance(claims.item, ShownItem) else None
        return Found(item, is_without_catalog=True)

    @property
    def _waited(self) -> float:
        return time.monotonic() - self._began

    def _look(self) -> None:
        self._has_looked = True
        try:
            self._served = self._catalogs.get(self._now + self._waited)
        except CatalogUnavailable:
            self._served = None

    def _found(self, claims: Claims, served: Served) -> Found:
        links = served.catalog.links
        if isinstance(claims.item, ShownItem):
            item: ShownItem | None = claims.item
        else:
            item = links.shown_item(claims.item, claims.landing_hash)
        return Found(
            item,
            links.creative_id(claims.landing_hash),
            None if claims.basis is None else links.unit_id(claims.basis.unit_hash),
            links.landing_url(claims.landing_hash, int(self._now)),
            links.tombstone(claims.landing_hash),
            is_catalog_stale=served.is_stale or item is None,
        )
