"""Tokens of the former form, which are taken until the last of them has expired. None is made any more.

`KEY_ID.PAYLOAD.TAG`: the payload is JSON in URL-safe base64 without padding, the tag HMAC-SHA-256 over
`lockfill-token-1.KEY_ID.PAYLOAD` in the same base64. The payload names all ids that are counted.
"""

import json
from typing import Any
from uuid import UUID

from allocation.models.draw import id_hash
from allocation.models.event import Owners, ShownItem
from allocation.services.base64_text import read_base64
from allocation.services.claims import ClaimedUser, Claims, InvalidToken
from allocation.services.signing import SigningKeys

_DOMAIN = "lockfill-token-1."
_TAG_BYTES = 32


def verify(keys: SigningKeys, token: str) -> Claims:
    """Verifies a token's signature, and reads its claims. Raises InvalidToken."""
    signed, _, tag_text = token.rpartition(".")
    key_id, _, payload = signed.partition(".")
    try:
        tag = read_base64(tag_text)
        if len(tag) != _TAG_BYTES or not keys.verify(key_id, (_DOMAIN + signed).encode(), tag):
            raise InvalidToken
        return _claims(json.loads(read_base64(payload)))
    except (ValueError, KeyError, TypeError, AttributeError):
        # A payload of another shape was never signed here.
        raise InvalidToken from None


def _claims(payload: dict[str, Any]) -> Claims:
    user = payload.get("u")
    return Claims(
        UUID(payload["r"]),
        int(payload["p"]),
        _item(payload["i"]),
        id_hash(payload["l"]),
        None if user is None else ClaimedUser(user["k"], user["z"]),
        None,
        int(payload["e"]),
    )


def _item(item: dict[str, Any]) -> ShownItem:
    if "c" in item:
        return ShownItem(item["c"])
    line_item_id, campaign_id, advertiser_id = item["a"]
    return ShownItem(line_item_id, Owners(campaign_id, advertiser_id))
