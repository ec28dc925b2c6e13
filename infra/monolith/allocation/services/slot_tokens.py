"""The tracking tokens of a decision's slots."""

from allocation.decision.decide import Decision
from allocation.decision.slot import ContentSlot, Slot
from allocation.models.draw import id_hash
from allocation.services.claims import ClaimedPrice
from allocation.services.compact_token import OfSlot, Shared, Tokens
from allocation.services.signing import SigningKey


def slot_tokens(key: SigningKey, answer: Shared, decision: Decision) -> list[str]:
    """A token for each slot, in order."""
    tokens = Tokens(key, answer)
    slots = enumerate(decision.slots, start=1)
    return [tokens.token(_of_slot(position, slot)) for position, slot in slots]


def _of_slot(position: int, slot: Slot) -> OfSlot:
    item_hash = id_hash(slot.item.id)
    if isinstance(slot, ContentSlot):
        return OfSlot(position, item_hash, None)
    agreed = slot.item.agreed
    price = ClaimedPrice(slot.item.pricing, agreed.micros, agreed.currency)
    return OfSlot(position, item_hash, (id_hash(slot.creative.id), price))
