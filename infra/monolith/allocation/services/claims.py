"""What a tracking token says, whatever its form."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from allocation.models.event import ShownItem

# The longest name that a token's zone may have, as the longest one of a request.
ZONE_LENGTH_MAX = 64
# How long after the end of its slate a token is still taken, because devices report late.
GRACE_SECONDS = 7 * 24 * 3_600


class InvalidToken(ValueError):
    """The token was not signed with one of the keys, or was changed."""


class ClaimedUser(NamedTuple):
    """The user of a slot."""

    # Of the user's state.
    key: str
    # The name of the zone of the user's days and weeks.
    zone: str


class ClaimedPrice(NamedTuple):
    """The price of a slot, as it was agreed on."""

    # The action that is paid for.
    pricing: str
    micros: int
    # ISO 4217.
    currency: str


class Basis(NamedTuple):
    """What an answer was made with."""

    unit_hash: int
    catalog_version: int
    # What the slot is paid for; None for a content.
    price: ClaimedPrice | None


@dataclass(frozen=True, slots=True)
class Claims:
    """The content of a token."""

    # The answer's id.
    request_id: UUID
    # Of the slot, from 1.
    position: int
    # The hash of the id of a line item or content, which the catalog has; all ids that are counted
    # in a token of the former form.
    item: int | ShownItem
    # The hash of the id of the creative or content whose landing page a click leads to.
    landing_hash: int
    # None under limit-ad-tracking.
    user: ClaimedUser | None
    # None in a token of the former form.
    basis: Basis | None
    # The end of the token's validity in epoch seconds.
    expires_at: int
