"""Tracking tokens: each names one slot of one answer, and is signed. It holds a digest of the user id,
and no user under limit-ad-tracking.
"""

from allocation.services import compact_token, former_token
from allocation.services.claims import Claims, InvalidToken
from allocation.services.signing import SigningKeys

# The longest token that is read; signed tokens have fewer than 700 bytes.
_TOKEN_LENGTH_MAX = 2_048


def verify(keys: SigningKeys, token: str) -> Claims:
    """Verifies a token's signature, and reads its claims, also of a token that has expired. Raises
    InvalidToken.
    """
    key_id, separator, rest = token.partition(".")
    if len(token) > _TOKEN_LENGTH_MAX or not separator or not token.isascii():
        raise InvalidToken
    if "." in rest:
        return former_token.verify(keys, token)
    return compact_token.verify(keys, key_id, rest)
