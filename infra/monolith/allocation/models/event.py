"""Tracking events, which a device reports about a slot."""

from typing import NamedTuple

# The user saw the slot, or tapped it: the names in paths and keys.
IMPRESSION, CLICK = EVENT_KINDS = ("impression", "click")
# Whether an event counts, or the reason why it does not, in the order in which the reasons are looked
# at. An event that does not count is kept beside the one that does, and never takes its place.
VALID = "valid"
EXPIRED, BLOCKED, WITHDRAWN = "expired", "blocked", "withdrawn"
BOT, PREFETCH, TOO_FAST, BURST = "bot", "prefetch", "too_fast", "burst"


class Owners(NamedTuple):
    """Of a line item."""

    campaign_id: str
    advertiser_id: str


class ShownItem(NamedTuple):
    """The item that a slot showed."""

    # Of a line item or a content.
    id: str
    # None for a content.
    owners: Owners | None = None
