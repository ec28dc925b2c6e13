"""The slots that a decision fills."""

from typing import NamedTuple

from allocation.catalog.entities import Content, Creative, LineItem
from allocation.models.time.interval import Interval


class AdSlot(NamedTuple):
    """An ad: one creative of one line item, and when it may be shown."""

    item: LineItem
    creative: Creative
    show: Interval


class ContentSlot(NamedTuple):
    """A content, and when it may be shown."""

    item: Content
    show: Interval


Slot = AdSlot | ContentSlot
