"""The slate while it fills: the ads on it limit the ads that may join."""

from collections import defaultdict

from allocation.catalog.entities import SOFT, Creative, LineItem
from allocation.decision import frequency_cap
from allocation.decision.context import Context
from allocation.decision.rejection import (
    ADVERTISER_LIMIT,
    EXCLUSION_LABEL,
    FREQUENCY_CAP,
    NO_CREATIVE,
    Rejection,
)
from allocation.models.draw import CREATIVE_ROTATION
from allocation.models.user_state import UNKNOWN

# Of a soft-capped line item whose history is unknown, and which has its one slot of the slate.
_UNKNOWN_COUNT = Rejection(FREQUENCY_CAP.rule, frequency_cap.LINE_ITEM, "lifetime")


class Slate:
    """The ads placed so far."""

    def __init__(self, context: Context) -> None:
        self._context = context
        # Slots by scope and id, for the caps.
        self._placed: dict[tuple[str, str], int] = defaultdict(int)
        self._advertiser_slots: dict[str, int] = defaultdict(int)
        self._creatives: set[str] = set()
        self._exclusion_labels: set[str] = set()

    def holds(self, item: LineItem) -> bool:
        """Whether the line item has a slot."""
        return (frequency_cap.LINE_ITEM, item.id) in self._placed

    def place(self, item: LineItem) -> tuple[Creative | None, Rejection | None]:
        """Gives the line item one more slot, or names the rule against it in this slate."""
        if rejection := frequency_cap.check(item, self._context, self._placed):
            return None, rejection
        is_count_unknown = self._context.state.source == UNKNOWN and item.is_capped
        if is_count_unknown and item.cap_kind == SOFT and self.holds(item):
            return None, _UNKNOWN_COUNT
        advertiser_id = item.campaign.advertiser.id
        slots_max = self._context.unit.advertiser_slots_max
        if slots_max is not None and self._advertiser_slots.get(advertiser_id, 0) >= slots_max:
            return None, ADVERTISER_LIMIT
        if not self._exclusion_labels.isdisjoint(item.exclusion_labels):
            return None, EXCLUSION_LABEL
        creative = self._choose_creative(item)
        if creative is None:
            return None, NO_CREATIVE
        for scope, key, _ in frequency_cap.scopes(item):
            self._placed[scope, key] += 1
        self._advertiser_slots[advertiser_id] += 1
        self._creatives.add(creative.id)
        self._exclusion_labels.update(item.exclusion_labels)
        return creative, None

    def _choose_creative(self, item: LineItem) -> Creative | None:
        """Draws among the creatives that the slate does not show yet, by weight; weights of 0 are
        chosen only where all are 0.
        """
        unused = [one for one in item.creatives if one.id not in self._creatives]
        total = sum(one.weight for one in unused)
        if total == 0:
            return unused[0] if unused else None
        if len(unused) == 1:
            return unused[0]
        rest = self._context.draws(CREATIVE_ROTATION).of(item.id) % total
        for creative in unused:
            if rest < creative.weight:
                return creative
            rest -= creative.weight
        return None
