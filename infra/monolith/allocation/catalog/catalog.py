"""One published version, checked and joined."""

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.catalog.entities import Content, LineItem, Tombstone, Unit


@dataclass(frozen=True, slots=True)
class Catalog:
    """One published version, ready to decide on. It never changes."""

    version: int
    units: Mapping[str, Unit]
    # Tier by tier from the first to be served, and by id.
    line_items: tuple[LineItem, ...]
    line_items_by_id: Mapping[str, LineItem]
    contents: tuple[Content, ...]
    # Why creatives and contents of the version are not served. The publisher refuses such rows; a
    # version may be older than the rule that withholds.
    withheld: tuple[str, ...] = ()
    # By id.
    tombstones: tuple[Tombstone, ...] = ()

    def allows_origin(self, origin: str) -> bool:
        """Whether any unit lists the origin, as a browser sends it."""
        return any(origin in unit.origins for unit in self.units.values())

    def owner_of(self, line_item_id: str) -> tuple[str, str] | None:
        """The ids of a line item's campaign and advertiser; None without such a line item."""
        item = self.line_items_by_id.get(line_item_id)
        return None if item is None else (item.campaign.id, item.campaign.advertiser.id)
