"""Rejections in words: what a rule wanted and what it found, for the person who asks why a campaign
does not serve. Nothing here takes part in a decision, and nothing of it runs unless somebody asks.
"""

from allocation.catalog.entities import Content, LineItem
from allocation.decision.context import Context
from allocation.decision.explain import items, targeting
from allocation.decision.explain.finding import Finding
from allocation.decision.rejection import Rejection

__all__ = ["Finding", "find"]

# What is left when nothing was wrong with the item itself.
_ANY = Finding("a free slot", "a slate that was full before its turn came")


def find(item: LineItem | Content, rejection: Rejection, context: Context) -> Finding:
    """Puts a rejection into words."""
    of_item = items.of_line_item if isinstance(item, LineItem) else items.of_content
    return (
        of_item(item, rejection, context)
        or targeting.find(item.targeting, rejection, context)
        or _ANY
    )
