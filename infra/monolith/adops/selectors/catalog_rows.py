"""Edited rows as the rows of a catalog that serving takes.

Their form is `kernel/catalog.schema.json`. Members that have their default are left out.
"""

import json
from collections.abc import Callable
from datetime import datetime, timezone
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db.models import ExpressionWrapper, F, JSONField, Model, Q, QuerySet, TextField

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    Creative,
    ExchangeRate,
    LineItem,
    Rates,
    Unit,
)

# Columns that no row of the catalog has.
_UNPUBLISHED = (
    "created_at",
    "updated_at",
    "status",
    "spent_micros",
    "spent_today_micros",
    "today_ends_at",
    "allows_none",
    "admits_no_phone",
    "open_hours",
)
# Behind the name of a column of JSON that is selected as text.
_TEXT = "_as_text"
# A row's columns, and the public ids of the rows that it refers to as `campaign__public_id`.
Values = dict[str, Any]
# A row of the catalog, as JSON has it.
CatalogRow = dict[str, Any]


class _Source(NamedTuple):
    """Where the rows of a kind come from, and how one is written."""

    model: type[Model]
    write: Callable[[Values], CatalogRow]
    # The references whose public ids the row names.
    parents: tuple[str, ...] = ()


def select_rows(kind: str, where: Q) -> QuerySet[Model, Values]:
    """The rows of a kind that meet a condition, as `write_row` takes them."""
    source = _SOURCES[kind]
    fields = source.model._meta.concrete_fields
    names = [f.attname for f in fields if not isinstance(f, JSONField) and f.name not in _UNPUBLISHED]
    texts = {
        as_text: ExpressionWrapper(F(name), output_field=TextField()) for name, as_text in _json_columns(kind)
    }
    parents = [f"{parent}__public_id" for parent in source.parents]
    return source.model._default_manager.filter(where).values(*names, *parents, **texts)


def model_of(kind: str) -> type[Model]:
    """The model of the edited rows of a kind."""
    return _SOURCES[kind].model


def write_row(kind: str, values: Values) -> CatalogRow:
    """One row of `select_rows` as the catalog has it."""
    for name, as_text in _json_columns(kind):
        text = values[as_text]
        values[name] = None if text is None else _read_json(text)
    return _without_defaults(_SOURCES[kind].write(values))


@cache
def _json_columns(kind: str) -> list[tuple[str, str]]:
    """The columns of JSON, each with the name under which it is selected as text."""
    fields = _SOURCES[kind].model._meta.concrete_fields
    return [(field.name, f"{field.name}{_TEXT}") for field in fields if isinstance(field, JSONField)]


# Most rows have one of few values, and nothing changes what is read here.
@lru_cache(maxsize=4_096)
def _read_json(text: str) -> Any:
    return json.loads(text)


def _without_defaults(row: CatalogRow) -> CatalogRow:
    """Without members that have their default. An empty list of dayparts means never, and stays."""
    says_nothing: tuple[object, ...] = (None, [], {})
    return {
        name: value
        for name, value in row.items()
        # Asked first, because most values are something.
        if value or value not in says_nothing or name == "dayparts" and value is not None
    }


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    # Not strftime, which writes years below 1000 with fewer digits on some systems.
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _unit(values: Values) -> CatalogRow:
    return {
        "id": values["public_id"],
        "app_id": values["app_id"],
        "mix": {name: values[name] for name in ("ad_ratio_ppm", "first_slot", "minimum_gap")},
        "horizon_seconds": values["horizon_seconds"],
        "refresh_seconds": values["refresh_seconds"],
        "default_count": values["default_count"],
        "floor_price_micros": values["floor_price_micros"],
        "advertiser_slots_max": values["advertiser_slots_max"],
        "blocked_categories": values["blocked_categories"],
        "blocked_advertisers": values["blocked_advertisers"],
        "content_rating": values["content_rating"],
        "timezone": values["timezone"],
        "language": values["language"],
        "origins": values["origins"],
        "lends_to_devices": values["lends_to_devices"] or None,
    }


def _exchange_rate(values: Values) -> CatalogRow:
    return {"currency": values["currency"], "rate_ppm": values["rate_ppm"]}


def _advertiser(values: Values) -> CatalogRow:
    return {"id": values["public_id"], "name": values["name"], "caps": values["caps"]}


def _campaign(values: Values) -> CatalogRow:
    return {
        "id": values["public_id"],
        "advertiser_id": values["advertiser__public_id"],
        "name": values["name"],
        "starts_at": _time(values["starts_at"]),
        "ends_at": _time(values["ends_at"]),
        "caps": values["caps"],
        "budget_micros": values["budget_micros"],
        "daily_budget_micros": values["daily_budget_micros"],
        "budget_currency": values["budget_currency_id"],
        "timezone": None if values["timezone"] == "UTC" else values["timezone"],
    }


def _line_item(values: Values) -> CatalogRow:
    return {
        "id": values["public_id"],
        "campaign_id": values["campaign__public_id"],
        "name": values["name"],
        "tier": values["tier"],
        "pricing": values["pricing"],
        "price_micros": values["price_micros"],
        "currency": values["currency_id"],
        "starts_at": _time(values["starts_at"]),
        "ends_at": _time(values["ends_at"]),
        "targeting": values["targeting"],
        "dayparts": values["dayparts"],
        "caps": values["caps"],
        "cap_kind": None if values["cap_kind"] == "soft" else values["cap_kind"],
        "minimum_interval_seconds": values["minimum_interval_seconds"] or None,
        "exclusion_labels": values["exclusion_labels"],
        "categories": values["categories"],
        "rating": _rating(values),
        "goal": _goal(values),
        "delivery": None if values["delivery"] == "even" else values["delivery"],
        "share_ppm": values["share_ppm"],
        "default_ctr_ppm": values["default_ctr_ppm"],
    }


def _goal(values: Values) -> dict[str, Any] | None:
    if values["goal_count"] is None:
        return None
    return {"kind": values["goal_kind"], "count": values["goal_count"]}


def _creative(values: Values) -> CatalogRow:
    return {
        "id": values["public_id"],
        "line_item_id": values["line_item__public_id"],
        "image_url": values["image_url"],
        "title": values["title"],
        "body": values["body"] or None,
        "call_to_action": values["call_to_action"] or None,
        "landing_url": values["landing_url"],
        "weight": None if values["weight"] == 1 else values["weight"],
    }


def _rates(values: Values) -> CatalogRow:
    return {
        "line_item_id": values["line_item__public_id"],
        "unit_id": values["unit__public_id"],
        "ctr_ppm": values["ctr_ppm"],
        "cvr_ppm": values["cvr_ppm"],
    }


def _channel(values: Values) -> CatalogRow:
    return {"id": values["public_id"], "name": values["name"]}


def _content(values: Values) -> CatalogRow:
    return {
        "id": values["public_id"],
        "channel_id": values["channel__public_id"],
        "title": values["title"],
        "image_url": values["image_url"],
        "landing_url": values["landing_url"],
        "language": values["language"],
        "categories": values["categories"],
        "published_at": _time(values["published_at"]),
        "expires_at": _time(values["expires_at"]),
        "quality_ppm": values["quality_ppm"],
        "pinned_rank": values["pinned_rank"],
        "rating": _rating(values),
        "targeting": values["targeting"],
    }


def _rating(values: Values) -> str | None:
    return None if values["rating"] == "everyone" else values["rating"]


_SOURCES = {
    "unit": _Source(Unit, _unit),
    "exchange_rate": _Source(ExchangeRate, _exchange_rate),
    "advertiser": _Source(Advertiser, _advertiser),
    "campaign": _Source(Campaign, _campaign, ("advertiser",)),
    "line_item": _Source(LineItem, _line_item, ("campaign",)),
    "creative": _Source(Creative, _creative, ("line_item",)),
    "rates": _Source(Rates, _rates, ("line_item", "unit")),
    "channel": _Source(Channel, _channel),
    "content": _Source(Content, _content, ("channel",)),
}
