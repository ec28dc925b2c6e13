"""Tracking tokens: a signed name for one slot of one answer, which the events function takes.

`KEY_ID.PAYLOAD.TAG`: the payload is JSON in URL-safe base64 without padding, the tag HMAC-SHA-256
over `lockfill-token-1.KEY_ID.PAYLOAD` in the same base64. A token holds all that counting needs; of
the user it holds a digest, and nothing under limit-ad-tracking.
"""

import json
from base64 import urlsafe_b64encode

from allocation.decision.decide import Decision
from allocation.decision.slot import ContentSlot, Slot
from allocation.services.signing import SigningKey

_DOMAIN = "lockfill-token-1."
# How long after its slate a token still counts: devices report late.
_GRACE_SECONDS = 7 * 24 * 3_600


def sign_slots(
    key: SigningKey, decision: Decision, *, request_id: str, user: str | None, zone_name: str
) -> list[str]:
    """A token for each slot, in order. `user` is the user's key, None under limit-ad-tracking."""
    user_claim = {} if user is None else {"u": {"k": user, "z": zone_name}}
    expires_at = decision.valid_until + _GRACE_SECONDS
    tokens = []
    for position, slot in enumerate(decision.slots, start=1):
        item, landing_id = _claimed(slot)
        # The names are short because every one of them travels in a URL.
        claims = {"r": request_id, "p": position, "i": item, "l": landing_id}
        payload = json.dumps({**claims, **user_claim, "e": expires_at}, separators=(",", ":"))
        tokens.append(_sign(key, payload.encode()))
    return tokens


def _claimed(slot: Slot) -> tuple[dict[str, object], str]:
    """The item of a slot, and the id whose landing page a click on the slot leads to."""
    if isinstance(slot, ContentSlot):
        return {"c": slot.item.id}, slot.item.id
    campaign = slot.item.campaign
    return {"a": [slot.item.id, campaign.id, campaign.advertiser.id]}, slot.creative.id


def _sign(key: SigningKey, payload: bytes) -> str:
    signed = f"{key.key_id}.{_base64(payload)}"
    return f"{signed}.{_base64(key.sign(_DOMAIN + signed))}"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
