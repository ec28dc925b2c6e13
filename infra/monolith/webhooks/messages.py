"""What messages say: `docs/webhooks.md` is their contract. Money is in micros; texts are bounded."""

from datetime import datetime, timedelta
from typing import Any

from adops.models import Advertiser, Campaign, LineItem
from delivery.hours import zone_of
from publishing.models import Publication
from web.times import rfc3339

# With these a message stays below 20 KB, as the specification asks, in any script.
_ROWS_MAX = 10
_CHARACTERS_MAX = 120


def refused_data(publication: Publication) -> dict[str, Any]:
    """Of a publication that failed: why, and which rows are to be corrected."""
    rows = [_clipped(refusal) for refusal in publication.refusals[:_ROWS_MAX]]
    first, *_more = publication.error.splitlines() or [""]
    return {
        "publication_id": publication.pk,
        "requested_by": publication.trigger,
        "requested_at": rfc3339(publication.requested_at),
        "reason": _short(first),
        "refused_rows": rows,
        "to_confirm": [_short(risk) for risk in publication.risks[:_ROWS_MAX]],
    }


def budget_data(
    campaign: Campaign, budget_micros: int, spent_micros: int, *, day: datetime | None
) -> dict[str, Any]:
    """Of a campaign at 80 % of its budget in all, or of that of the day that ends at `day`."""
    local_day = None
    if day is not None:
        zone = zone_of(campaign.timezone)
        local_day = (day - timedelta(seconds=1)).astimezone(zone).date().isoformat()
    return {
        "campaign": _named(campaign),
        "advertiser": _named(campaign.advertiser),
        "period": "total" if day is None else "day",
        "day": local_day,
        "currency": campaign.budget_currency_id,
        "budget_micros": budget_micros,
        "spent_micros": spent_micros,
    }


def flight_data(row: Campaign | LineItem) -> dict[str, Any]:
    """Of a campaign, or of a line item that ends before its campaign."""
    is_campaign = isinstance(row, Campaign)
    campaign = row if isinstance(row, Campaign) else row.campaign
    starts_at = row.starts_at or campaign.starts_at
    return {
        "kind": "campaign" if is_campaign else "line_item",
        "line_item": None if is_campaign else _named(row),
        "campaign": _named(campaign),
        "advertiser": _named(campaign.advertiser),
        "started_at": rfc3339(starts_at),
        "ended_at": rfc3339(row.ends_at) if row.ends_at else None,
    }


def _named(row: Advertiser | Campaign | LineItem) -> dict[str, str]:
    return {"id": row.public_id, "name": row.name}


def _clipped(refusal: dict[str, str]) -> dict[str, str]:
    return {name: _short(refusal.get(name, "")) for name in ("kind", "key", "field", "problem")}


def _short(text: str) -> str:
    return text if len(text) <= _CHARACTERS_MAX else text[: _CHARACTERS_MAX - 1] + "…"
