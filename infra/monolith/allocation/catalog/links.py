"""What tracking links lead to and count for, by the hashes of ids that tokens have.

Rust has it in `Catalog`, over the tables of a compiled catalog.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from allocation.catalog.catalog import Catalog
from allocation.catalog.entities import WITHDRAWN_CREATIVE, Content, Creative, LineItem, Tombstone, Unit
from allocation.models.draw import id_hash
from allocation.models.event import Owners, ShownItem


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


class Links:
    """The links of one version. It never changes."""

    def __init__(self, catalog: Catalog) -> None:
        self._units: dict[int, Unit] = _by_hash(catalog.units.values())
        self._line_items: dict[int, LineItem] = _by_hash(catalog.line_items)
        creatives = (creative for item in catalog.line_items for creative in item.creatives)
        self._creatives: dict[int, Creative] = _by_hash(creatives)
        self._contents: dict[int, Content] = _by_hash(catalog.contents)
        self._tombstones: dict[int, Tombstone] = _by_hash(catalog.tombstones)

    def unit_id(self, unit_hash: int) -> str | None:
        """The id of a unit."""
        unit = self._units.get(unit_hash)
        return None if unit is None else unit.id

    def creative_id(self, creative_hash: int) -> str | None:
        """The id of a creative, also of one that was withdrawn lately."""
        creative = self._creatives.get(creative_hash)
        if creative is not None:
            return creative.id
        tombstone = self._tombstones.get(creative_hash)
        return tombstone.id if tombstone is not None and tombstone.kind == WITHDRAWN_CREATIVE else None

    def tombstone(self, creative_or_content_hash: int) -> Tombstone | None:
        """What was withdrawn lately, unless it is served."""
        if creative_or_content_hash in self._creatives or creative_or_content_hash in self._contents:
            return None
        return self._tombstones.get(creative_or_content_hash)

    def landing_url(self, creative_or_content_hash: int, now: int) -> str | None:
        """The address that a click at an instant leads to: https or an app store. What was withdrawn
        lately still has one.
        """
        served = self._creatives.get(creative_or_content_hash) or self._contents.get(creative_or_content_hash)
        if served is not None:
            return served.landing_url
        tombstone = self._tombstones.get(creative_or_content_hash)
        return None if tombstone is None else tombstone.landing_url_at(now)

    def shown_item(self, item_hash: int, creative_or_content_hash: int) -> ShownItem | None:
        """What a slot has shown: by the hashes of the id of the line item or content, and of the id of
        its creative or again of the content. Also what was withdrawn lately.
        """
        item = self._line_items.get(item_hash)
        if item is not None:
            return ShownItem(item.id, Owners(item.campaign.id, item.campaign.advertiser.id))
        content = self._contents.get(item_hash)
        if content is not None:
            return ShownItem(content.id)
        tombstone = self._tombstones.get(creative_or_content_hash)
        shown = None if tombstone is None else tombstone.shown()
        return shown if shown is not None and id_hash(shown.id) == item_hash else None


def _by_hash(items: Iterable[T]) -> dict[int, T]:
    return {id_hash(item.id): item for item in items}
