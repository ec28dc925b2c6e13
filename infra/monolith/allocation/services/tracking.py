"""Tracking tokens: a signed name for one slot of one answer, which the events function takes.

`KEY_ID.PAYLOAD.TAG`: the payload is JSON in URL-safe base64 without padding, the tag HMAC-SHA-256
over `lockfill-token-1.KEY_ID.PAYLOAD` in the same base64. A token holds all that counting needs; of
the user it holds a digest, and nothing under limit-ad-tracking.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode

from allocation.decision.decide import Decision
from allocation.decision.slot import ContentSlot, Slot

_DOMAIN = "lockfill-token-1."
# How long after its slate a token still counts: devices report late.
_GRACE_SECONDS = 7 * 24 * 3_600
# Bytes of the digest that are kept: 128 bits, too many for two users to meet.
_USER_DIGEST_BYTES = 16


class Signer:
    """Signs with one key."""

    def __init__(self, key_id: str, secret: str) -> None:
        self._key_id = key_id
        # Copied for each token, so that the key is prepared once.
        self._mac = hmac.new(secret.encode(), digestmod=hashlib.sha256)

    def sign(self, payload: bytes) -> str:
        signed = f"{self._key_id}.{_base64(payload)}"
        mac = self._mac.copy()
        mac.update(f"{_DOMAIN}{signed}".encode())
        return f"{signed}.{_base64(mac.digest())}"


def user_key(user_id: str) -> str:
    """The name under which a user's state is kept, the same in every language."""
    return _base64(hashlib.sha256(user_id.encode()).digest()[:_USER_DIGEST_BYTES])


def sign_slots(
    signer: Signer, decision: Decision, *, request_id: str, user: str | None, zone_name: str
) -> list[str]:
    """A token for each slot, in order. `user` is the user's key, None under limit-ad-tracking."""
    whose = {} if user is None else {"u": {"k": user, "z": zone_name}}
    expires_at = decision.valid_until + _GRACE_SECONDS
    tokens = []
    for position, slot in enumerate(decision.slots, start=1):
        item, landing_id = _claimed(slot)
        # The names are short because every one of them travels in a URL.
        claims = {"r": request_id, "p": position, "i": item, "l": landing_id}
        payload = json.dumps({**claims, **whose, "e": expires_at}, separators=(",", ":"))
        tokens.append(signer.sign(payload.encode()))
    return tokens


def _claimed(slot: Slot) -> tuple[dict[str, object], str]:
    """What a slot holds, and whose landing page a click on it leads to."""
    if isinstance(slot, ContentSlot):
        return {"c": slot.item.id}, slot.item.id
    campaign = slot.item.campaign
    return {"a": [slot.item.id, campaign.id, campaign.advertiser.id]}, slot.creative.id


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
