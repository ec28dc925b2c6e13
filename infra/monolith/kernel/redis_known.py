"""The markers that say that the histories of a slot's users are known.

Redis that has lost its data looks like Redis that never had any, and an empty history would free all
caps. So each of the 16384 slots of a cluster has a marker, in that slot, which a rebuild of the counters
from the ledger writes last, and which is lost with them. A single server has the same markers.
"""

from binascii import crc_hqx
from functools import lru_cache

SLOTS = 16_384

# The characters of a slot's tag.
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def known_key(slot: int) -> str:
    """The key of the marker of a slot."""
    return f"lockfill:{{{_tag(slot)}}}:known"


def slot_of(user_key: str) -> int:
    """The slot of all keys of a user."""
    return crc_hqx(user_key.encode(), 0) % SLOTS


@lru_cache(maxsize=SLOTS)
def _tag(slot: int) -> str:
    """The first text of three letters, by its first letter and then by the high bits of its checksum,
    whose slot is this one.
    """
    for first in _LETTERS:
        for high in range(4):
            last = _before(slot | high << 14, first).to_bytes(2, "big")
            if last[0] in _LETTERS and last[1] in _LETTERS:
                return (bytes([first]) + last).decode()
    raise AssertionError("every slot has a tag")


def _before(checksum: int, first: int) -> int:
    """The two bytes that lead from the checksum of the byte `first` to `checksum`: the steps of
    CRC-16/XMODEM backwards.
    """
    for _ in range(16):
        checksum = ((checksum ^ 0x1021) >> 1) | 0x8000 if checksum & 1 else checksum >> 1
    return checksum ^ crc_hqx(bytes([first]), 0)
