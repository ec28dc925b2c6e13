"""The rows of a published catalog as stores hold them: one JSON object each.

JSON Schema: `kernel/catalog.schema.json`. Unknown members are ignored, so that editing may add some
before serving reads them; an unknown targeting condition is not, because ignoring it would show an
item to users that it is not meant for.
"""

import json
from collections.abc import Iterable
from typing import Any

from allocation.catalog.entities import (
    CAP_KINDS,
    DELIVERY_MODES,
    EVEN,
    FIRST_ANY,
    FIRST_SLOTS,
    GOAL_KINDS,
    RATINGS,
    SOFT,
    TIERS,
    WITHDRAWN_KINDS,
    Cap,
    Mix,
)
from allocation.catalog.json_value import (
    I64,
    TEXTS,
    U16,
    U32,
    Field,
    Reader,
    boolean,
    canonical,
    choice,
    instant,
    integer,
    list_of,
    lists,
    optional,
    record,
    text,
)
from allocation.catalog.targeting.targeting import read_targeting
from kernel.vocabulary.codes import CURRENCY, LANGUAGE
from kernel.vocabulary.identifier import IDENTIFIER
from kernel.vocabulary.schedule import DAYS, WINDOWS

_cap = record({"window": Field(choice(*WINDOWS)), "limit": Field(U32)}, closed=True)
_CAPS = lists(lambda value: Cap(**_cap(value)))
_mix = record(
    {
        "ad_ratio_ppm": Field(U32),
        "first_slot": Field(choice(*FIRST_SLOTS), FIRST_ANY),
        "minimum_gap": Field(U16, 0),
    }
)
_daypart = record(
    {
        "days": lists(choice(*DAYS)),
        "from_hour": Field(integer(0, 255)),
        "to_hour": Field(integer(0, 255)),
    },
    closed=True,
)
_rating = choice(*RATINGS)
_RATING = Field(lambda value: RATINGS.index(_rating(value)), 0)
_tier = choice(*TIERS)
_TARGETING = Field(read_targeting, read_targeting({}))
_TEXT = Field(text)
_LANGUAGE = Field(canonical(LANGUAGE))

_ID = Field(canonical(IDENTIFIER))
_CURRENCY = Field(canonical(CURRENCY))

_unit = record(
    {
        "id": _ID,
        "app_id": _ID,
        "mix": Field(lambda value: Mix(**_mix(value))),
        "horizon_seconds": Field(U32),
        "refresh_seconds": Field(U32),
        "default_count": Field(U16),
        "floor_price_micros": Field(I64, 0),
        "advertiser_slots_max": optional(U16),
        "blocked_categories": TEXTS,
        "blocked_advertisers": lists(canonical(IDENTIFIER)),
        "content_rating": _RATING,
        "timezone": _TEXT,
        "language": _LANGUAGE,
        "origins": TEXTS,
        "lends_to_devices": Field(boolean, False),
    }
)
_campaign = record(
    {
        "id": _ID,
        "advertiser_id": _ID,
        "name": _TEXT,
        "starts_at": Field(instant),
        "ends_at": optional(instant),
        "caps": _CAPS,
        "budget_micros": optional(I64),
        "daily_budget_micros": optional(I64),
        "budget_currency": optional(canonical(CURRENCY)),
        "timezone": optional(text),
    }
)
_goal = record({"kind": Field(choice(*GOAL_KINDS)), "count": Field(integer(0, 2**64 - 1))})
_line_item = record(
    {
        "id": _ID,
        "campaign_id": _ID,
        "name": _TEXT,
        "tier": Field(lambda value: TIERS.index(_tier(value))),
        "pricing": Field(choice("cpm", "cpc", "cpa", "cpi")),
        "price_micros": Field(I64),
        "currency": _CURRENCY,
        "starts_at": optional(instant),
        "ends_at": optional(instant),
        "targeting": _TARGETING,
        "dayparts": optional(list_of(_daypart)),
        "caps": _CAPS,
        "cap_kind": Field(choice(*CAP_KINDS), SOFT),
        "minimum_interval_seconds": Field(U32, 0),
        "exclusion_labels": TEXTS,
        "categories": TEXTS,
        "rating": _RATING,
        "goal": optional(_goal),
        "delivery": Field(choice(*DELIVERY_MODES), EVEN),
        "share_ppm": optional(U32),
        "default_ctr_ppm": Field(U32, 0),
    }
)
_creative = record(
    {
        "id": _ID,
        "line_item_id": _ID,
        "image_url": _TEXT,
        "title": _TEXT,
        "body": Field(text, ""),
        "call_to_action": Field(text, ""),
        "landing_url": _TEXT,
        "weight": Field(U32, 1),
    }
)
_content = record(
    {
        "id": _ID,
        "channel_id": _ID,
        "title": _TEXT,
        "image_url": _TEXT,
        "landing_url": _TEXT,
        "language": _LANGUAGE,
        "categories": TEXTS,
        "published_at": Field(instant),
        "expires_at": optional(instant),
        "quality_ppm": Field(U32),
        "pinned_rank": optional(U16),
        "rating": _RATING,
        "targeting": _TARGETING,
    }
)
_tombstone = record(
    {
        "id": _ID,
        "kind": Field(choice(*WITHDRAWN_KINDS)),
        "landing_url": _TEXT,
        "line_item_id": optional(canonical(IDENTIFIER)),
        "campaign_id": optional(canonical(IDENTIFIER)),
        "advertiser_id": optional(canonical(IDENTIFIER)),
        "withdrawn_at": Field(instant),
        "blocked": Field(boolean, default=False),
    }
)
_READERS: dict[str, Reader] = {
    "unit": _unit,
    "advertiser": record({"id": _ID, "name": _TEXT, "caps": _CAPS}),
    "campaign": _campaign,
    "line_item": _line_item,
    "creative": _creative,
    "channel": record({"id": _ID, "name": _TEXT}),
    "content": _content,
    "exchange_rate": record({"currency": _CURRENCY, "rate_ppm": Field(I64)}),
    "rates": record(
        {
            "line_item_id": _ID,
            "unit_id": _ID,
            "ctr_ppm": Field(U32),
            "cvr_ppm": Field(U32, 0),
        }
    ),
    "tombstone": _tombstone,
}

Rows = dict[str, list[dict[str, Any]]]


def read_rows(rows: Iterable[tuple[str, str]]) -> Rows:
    """Reads rows of pairs: a kind and a JSON object. An unknown kind is left out, so that editing
    may publish it before serving reads it.

    Raises ValueError if a text is not a row of its kind. A text that is not JSON is not repeated.
    """
    read: Rows = {kind: [] for kind in _READERS}
    for kind, row in rows:
        if kind in _READERS:
            read[kind].append(read_row(kind, _parse(kind, row)))
    return read


def read_row(kind: str, row: Any) -> dict[str, Any]:
    """Reads one row that was JSON."""
    try:
        return _READERS[kind](row)
    except ValueError as error:
        key = row.get("id") if isinstance(row, dict) else None
        raise ValueError(f"{kind} {key!r}: {error}") from None


def _parse(kind: str, row: str) -> Any:
    try:
        parsed = json.loads(row, object_pairs_hook=_distinct, parse_constant=_refuse)
        if "\\ud" in row.lower():
            # Half a surrogate pair cannot be encoded, and so cannot be part of an answer.
            json.dumps(parsed, ensure_ascii=False).encode()
        return parsed
    except (ValueError, RecursionError):
        raise ValueError(f"a {kind} is not a JSON object of its own members") from None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
