"""From claims, and what they were found to mean, to an entry of the ledger."""

from typing import NamedTuple

from allocation.dao.ledger import LedgerEntry
from allocation.models.draw import id_hash
from allocation.models.event import VALID, ShownItem
from allocation.services.bursts import Burst
from allocation.services.claims import GRACE_SECONDS, Claims
from allocation.services.compact_token import issued_at
from allocation.services.found_items import Found

# The longest slate: a day.
_HORIZON_SECONDS_MAX = 24 * 3_600
_VERSION_WITH_TIME = 7


class Times(NamedTuple):
    """Of one event, in epoch seconds."""

    issued_at: int
    happened_at: int
    arrived_at: int


def issue_of(claims: Claims) -> int:
    """When a slot was handed out, as its answer's id says; else the earliest time that it may be."""
    # The version's digit alone, as the functions read it.
    if claims.request_id.int >> 76 & 0xF == _VERSION_WITH_TIME:
        return issued_at(claims.request_id)
    return claims.expires_at - GRACE_SECONDS - _HORIZON_SECONDS_MAX


def ledger_entry(
    kind: str,
    event_class: str,
    claims: Claims,
    found: Found,
    times: Times,
    user_key: str | None,
    keep_seconds: int,
    burst: Burst,
) -> LedgerEntry:
    """The entry of an event. `keep_seconds` is how long it is kept after the end of its token."""
    item, basis = found.item, claims.basis
    price = None if basis is None else basis.price
    owners = None if item is None else item.owners
    is_ad = price is not None or owners is not None
    return LedgerEntry(
        request_id=claims.request_id,
        issued_at=times.issued_at,
        position=claims.position,
        kind=kind,
        event_class=event_class,
        item_kind="line_item" if is_ad else "content",
        item_id=None if item is None else item.id,
        item_hash=id_hash(claims.item.id) if isinstance(claims.item, ShownItem) else claims.item,
        campaign_id=None if owners is None else owners.campaign_id,
        advertiser_id=None if owners is None else owners.advertiser_id,
        creative_id=found.creative_id if is_ad else None,
        creative_hash=claims.landing_hash if is_ad else None,
        unit_id=found.unit_id,
        unit_hash=None if basis is None else basis.unit_hash,
        catalog_version=None if basis is None else basis.catalog_version,
        pricing=None if price is None else price.pricing,
        price_micros=None if price is None else price.micros,
        currency=None if price is None else price.currency,
        happened_at=times.happened_at,
        arrived_at=times.arrived_at,
        user_key=user_key,
        zone_name=None if claims.user is None else claims.user.zone,
        expires_at=claims.expires_at + keep_seconds,
        is_burst_unchecked=event_class == VALID and burst is Burst.UNCHECKED,
    )
