"""The form of tracking tokens: a signed name for one slot of one answer.

`functions/shared/services/src/compact_token.rs` describes the form byte by byte. A token holds a digest of
the user id, and no user under limit-ad-tracking. Vectors: `tests/fixtures/vectors/tokens.json`.
"""

from typing import NamedTuple
from uuid import UUID

from allocation.services.base64_text import read_base64, write_base64
from allocation.services.bytes_reader import BytesReader, varint
from allocation.services.claims import (
    GRACE_SECONDS,
    ZONE_LENGTH_MAX,
    Basis,
    ClaimedPrice,
    ClaimedUser,
    Claims,
    InvalidToken,
)
from allocation.services.signing import SigningKey, SigningKeys

_DOMAIN = b"lockfill-token-2."
_VERSION = 2
_TAG_BYTES = 16
# The kinds of slots by their numbers; no advertiser pays for a content.
_KINDS = (None, "cpm", "cpc", "cpa", "cpi")
# The forms of a user's key by its length: a digest, or 1 and a keyed digest.
_USER_FORMS = {22: 1, 23: 2}
# What a user's key begins with by its form, in front of the digest.
_USER_PREFIXES = {1: "", 2: "1"}
_DIGEST_BYTES = 16


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
        return f"{self._key_id}.{write_base64(signed)}"


def verify(keys: SigningKeys, key_id: str, text: str) -> Claims:
    """Verifies a token's signature, and reads its claims. Raises InvalidToken."""
    try:
        signed = read_base64(text)
        payload, tag = signed[:-_TAG_BYTES], signed[-_TAG_BYTES:]
        if len(tag) < _TAG_BYTES or not keys.verify(key_id, _DOMAIN + key_id.encode() + b"." + payload, tag):
            raise InvalidToken
        return _read(BytesReader(payload))
    except (ValueError, KeyError, IndexError):
        raise InvalidToken from None


def _read(payload: BytesReader) -> Claims:
    if payload.byte() != _VERSION:
        raise InvalidToken
    form = payload.byte()
    request_id = UUID(bytes=payload.take(16))
    unit_hash, catalog_version, horizon_seconds = payload.u64(), payload.varint(), payload.varint()
    user = _read_user(form, payload) if form else None
    position, pricing = payload.byte(), _KINDS[payload.byte()]
    item_hash = landing_hash = payload.u64()
    price = None
    if pricing is not None:
        landing_hash = payload.u64()
        price = ClaimedPrice(pricing, payload.varint(), payload.take(3).decode("ascii"))
    if not payload.is_empty():
        raise InvalidToken
    return Claims(
        request_id,
        position,
        item_hash,
        landing_hash,
        user,
        Basis(unit_hash, catalog_version, price),
        issued_at(request_id) + horizon_seconds + GRACE_SECONDS,
    )


def _read_user(form: int, payload: BytesReader) -> ClaimedUser:
    key = _USER_PREFIXES[form] + write_base64(payload.take(_DIGEST_BYTES))
    zone = payload.take(payload.byte())
    if not 1 <= len(zone) <= ZONE_LENGTH_MAX:
        raise InvalidToken
    return ClaimedUser(key, zone.decode())


def issued_at(request_id: UUID) -> int:
    """The time of a UUID of version 7, in epoch seconds: its first 48 bits are milliseconds."""
    return (request_id.int >> 80) // 1_000


def _shared_payload(shared: Shared) -> bytes:
    request_id = UUID(shared.request_id)
    form, user = 0, b""
    if shared.user is not None:
        form, zone = _USER_FORMS[len(shared.user)], shared.zone_name.encode()
        user = read_base64(shared.user[-22:]) + bytes([len(zone)]) + zone
    return b"".join(
        (
            bytes([_VERSION, form]),
            request_id.bytes,
            shared.unit_hash.to_bytes(8, "big"),
            varint(shared.catalog_version),
            varint(max(shared.valid_until - issued_at(request_id), 0)),
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
    return bytes([slot.position, kind]) + item + creative + varint(price.micros) + price.currency.encode()
