"""The stable draw, which this system has in the place of a random generator.

XXH64 with seed 0 over the UTF-8 text `purpose US user US item US minute`, where US is the byte 0x1F
and the minute is decimal minutes since 1970-01-01T00:00Z. Vectors:
`tests/fixtures/vectors/draw.json`.
"""

from xxhash import xxh64_intdigest

# Purposes: draws of different purposes are independent of each other.
LINE_ITEM_ORDER = "line_item_order"
CREATIVE_ROTATION = "creative_rotation"
CONTENT_ORDER = "content_order"
PACING = "pacing"


def draw(purpose: str, user_id: str, item_id: str, epoch_minute: int) -> int:
    """The 64-bit draw for an item, a user and a minute since the epoch."""
    text = f"{purpose}\x1f{user_id}\x1f{item_id}\x1f{epoch_minute}"
    return xxh64_intdigest(text.encode())


def id_hash(text: str) -> int:
    """The hash that stands for an id of a catalog in tokens, in 64 bits: XXH64 with seed 0 of its
    UTF-8. Vectors: `tests/fixtures/vectors/id_hash.json`.
    """
    return xxh64_intdigest(text.encode())
