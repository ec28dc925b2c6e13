"""An entry of the ledger as an item of a table in DynamoDB."""

from typing import Any

from allocation.dao.ledger import LedgerEntry
from kernel.published.items import Item

_Value = str | int | bool | None


def ledger_item(entry: LedgerEntry) -> Item:
    """All attributes. What is not known is left out."""
    values: dict[str, _Value] = {
        "pk": entry.partition,
        "sk": entry.sort_key,
        "item_kind": entry.item_kind,
        "item_id": entry.item_id,
        "item_hash": _hash(entry.item_hash),
        "campaign_id": entry.campaign_id,
        "advertiser_id": entry.advertiser_id,
        "creative_id": entry.creative_id,
        "creative_hash": _hash(entry.creative_hash),
        "unit_id": entry.unit_id,
        "unit_hash": _hash(entry.unit_hash),
        "catalog_version": entry.catalog_version,
        "pricing": entry.pricing,
        "price_micros": entry.price_micros,
        "currency": entry.currency,
        "happened_at": entry.happened_at,
        "arrived_at": entry.arrived_at,
        "arrival": entry.arrival,
        "class": entry.event_class,
        "user": entry.user_key,
        "zone": entry.zone_name,
        "burst_unchecked": entry.is_burst_unchecked or None,
        "expires_at": entry.expires_at,
    }
    return {name: _attribute(value) for name, value in values.items() if value is not None}


def _hash(value: int | None) -> str | None:
    return None if value is None else f"{value:016x}"


def _attribute(value: str | int | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
