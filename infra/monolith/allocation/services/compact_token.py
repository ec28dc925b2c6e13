"""The form of tracking tokens: a signed name for one slot of one answer, which the events function takes.

`functions/shared/services/src/compact_token.rs` describes the form byte by byte. A token holds a digest of
the user id, and no user under limit-ad-tracking. Vectors: `tests/fixtures/vectors/tokens.json`.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple
from uuid import UUID

from allocation.services.signing import SigningKey

_DOMAIN = b"lockfill-token-2."
_VERSION = 2
_TAG_BYTES = 16
# The kinds of slots by their numbers; no advertiser pays for a content.
_KINDS = (None, "cpm", "cpc", "cpa", "cpi")
# The forms of a user's key by its length: a digest, or 1 and a keyed digest.
_USER_FORMS = {22: 1, 23: 2}


class Shared(NamedTuple):
    """What all tokens of an answer share."""

    # A UUID of version 7, whose time is that of the answer.
    request_id: str
    unit_hash: int
    catalog_version: int
    # The end of the slate in epoch seconds.
    valid_until: int
    # The user's key; None under limit-ad-tracking.
    user: str | None
    # The name of the zone of the user's days.
    zone_name: str


class ClaimedPrice(NamedTuple):
    """The price of a slot, as it was agreed on."""

    pricing: str
    micros: int
    currency: str


class OfSlot(NamedTuple):
    """What one slot adds."""

    position: int
    item_hash: int
    # The hash of the creative's id, and the price; None for a content.
    ad: tuple[int, ClaimedPrice] | None


class Tokens:
    """Makes the tokens of one answer."""

    def __init__(self, key: SigningKey, shared: Shared) -> None:
        self._key_id = key.key_id
        self._shared = _shared_payload(shared)
        self._mac = key.mac()
        self._mac.update(_DOMAIN + key.key_id.encode() + b"." + self._shared)

    def token(self, slot: OfSlot) -> str:
        """The token of a slot."""
        own = _slot_payload(slot)
        mac = self._mac.copy()
        mac.update(own)
        signed = self._shared + own + mac.digest()[:_TAG_BYTES]
        return f"{self._key_id}.{urlsafe_b64encode(signed).rstrip(b'=').decode()}"


def _shared_payload(shared: Shared) -> bytes:
    request_id = UUID(shared.request_id)
    # The first 48 bits are milliseconds.
    issued_at = (request_id.int >> 80) // 1_000
    form, user = 0, b""
    if shared.user is not None:
        form, zone = _USER_FORMS[len(shared.user)], shared.zone_name.encode()
        user = urlsafe_b64decode(shared.user[-22:] + "==") + bytes([len(zone)]) + zone
    return b"".join(
        (
            bytes([_VERSION, form]),
            request_id.bytes,
            shared.unit_hash.to_bytes(8, "big"),
            _varint(shared.catalog_version),
            _varint(max(shared.valid_until - issued_at, 0)),
            user,
        )
    )


def _slot_payload(slot: OfSlot) -> bytes:
    item = slot.item_hash.to_bytes(8, "big")
    if slot.ad is None:
        return bytes([slot.position, 0]) + item
    creative_hash, price = slot.ad
    kind = _KINDS.index(price.pricing)
    creative = creative_hash.to_bytes(8, "big")
    return bytes([slot.position, kind]) + item + creative + _varint(price.micros) + price.currency.encode()


def _varint(value: int) -> bytes:
    """LEB128: groups of seven bits, the lowest first; the top bit says that another byte follows."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
