"""The stable draw, which this system has in the place of a random generator.

A draw mixes two hashes: that of the item's id (`id_hash`) XOR that of the UTF-8 text
`purpose US user US minute`, where US is the byte 0x1F and the minute is decimal minutes since
1970-01-01T00:00Z. Both are XXH64 with seed 0. What mixes is `fmix64` of MurmurHash3 without its first
step, which only spreads bits that both hashes have spread already. Vectors:
`tests/fixtures/vectors/draw.json`.
"""

from xxhash import xxh64_intdigest

# Purposes: draws of different purposes are independent of each other.
LINE_ITEM_ORDER = "line_item_order"
CREATIVE_ROTATION = "creative_rotation"
CONTENT_ORDER = "content_order"
PACING = "pacing"

_BITS = (1 << 64) - 1


def draw(purpose: str, user_id: str, item_id: str, epoch_minute: int) -> int:
    """The 64-bit draw for an item, a user and a minute since the epoch."""
    return Draws(purpose, user_id, epoch_minute).of(item_id)


class Draws:
    """Draws for one purpose, user and minute over many items."""

    def __init__(self, purpose: str, user_id: str, epoch_minute: int) -> None:
        self._hash = xxh64_intdigest(f"{purpose}\x1f{user_id}\x1f{epoch_minute}".encode())

    def of(self, item_id: str) -> int:
        """What `draw` gives for an item."""
        mixed = (self._hash ^ id_hash(item_id)) * 0xFF51AFD7ED558CCD & _BITS
        mixed = (mixed ^ mixed >> 33) * 0xC4CEB9FE1A85EC53 & _BITS
        return mixed ^ mixed >> 33


def id_hash(text: str) -> int:
    """The hash that stands for an id of a catalog in tokens, in 64 bits: XXH64 with seed 0 of its
    UTF-8. Vectors: `tests/fixtures/vectors/id_hash.json`.
    """
    return xxh64_intdigest(text.encode())
