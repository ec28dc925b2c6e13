"""The edited catalog as the rows that serving takes.

Only what can serve is in it: active rows below active ones, and nothing that ended long ago. The
rows' form is `catalog.schema.json`; what a reader takes for granted is left out.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from django.db import connections, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import now

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    Creative,
    ExchangeRate,
    LineItem,
    Rates,
    Status,
    Unit,
)
from kernel.kinds import KIND_BY_NAME
from kernel.published.items import Row

# The database alias whose transactions see one moment and block nobody; settings.py has it.
SNAPSHOT = "snapshot"
# People still ask why something that ended last week was not shown.
LONG_AGO = timedelta(days=30)
# The rows of one query. All of them at once would be too many for memory.
_PAGE_ROWS = 2_000

_Values = dict[str, Any]


def read_rows() -> Iterator[Row]:
    """All rows as of one moment, however long reading them takes and whoever edits meanwhile."""
    limit = now() - LONG_AGO
    with transaction.atomic(using=SNAPSHOT):
        for kind, (queryset, to_row) in _sources(limit).items():
            key_of = KIND_BY_NAME[kind].key_of
            for values in _pages(queryset.using(SNAPSHOT)):
                row = _without_defaults(to_row(values))
                text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
                yield Row(kind, key_of(row), text)
    # The transaction is over: the connection need not stay open until the next publication.
    if not connections[SNAPSHOT].in_atomic_block:
        connections[SNAPSHOT].close()


def _sources(limit: datetime) -> dict[str, tuple[QuerySet[Model], Callable[[_Values], _Values]]]:
    """Where each kind comes from, and how its row is written."""
    campaigns = _serving("", "ends_at", limit)
    line_items = _serving("", "ends_at", limit) & _serving("campaign__", "ends_at", limit)
    of_line_item = _serving("line_item__", "ends_at", limit) & _serving(
        "line_item__campaign__", "ends_at", limit
    )
    creatives = Q(status=Status.ACTIVE) & of_line_item
    contents = _serving("", "expires_at", limit)
    return {
        "unit": (Unit.objects.values(), _unit),
        "exchange_rate": (ExchangeRate.objects.values(), _exchange_rate),
        "advertiser": (Advertiser.objects.values(), _advertiser),
        "campaign": (_with(Campaign.objects.filter(campaigns), "advertiser"), _campaign),
        "line_item": (_with(LineItem.objects.filter(line_items), "campaign"), _line_item),
        "creative": (_with(Creative.objects.filter(creatives), "line_item"), _creative),
        "rates": (_with(Rates.objects.filter(of_line_item), "line_item", "unit"), _rates),
        "channel": (Channel.objects.values(), _channel),
        "content": (_with(Content.objects.filter(contents), "channel"), _content),
    }


def _serving(path: str, ends: str, limit: datetime) -> Q:
    has_not_ended = Q(**{f"{path}{ends}": None}) | Q(**{f"{path}{ends}__gt": limit})
    return Q(**{f"{path}status": Status.ACTIVE}) & has_not_ended


def _with(queryset: QuerySet[Model], *parents: str) -> QuerySet[Model]:
    fields = [field.attname for field in queryset.model._meta.concrete_fields]
    return queryset.values(*fields, *(f"{parent}__public_id" for parent in parents))


def _pages(queryset: QuerySet[Model]) -> Iterator[_Values]:
    """A query's rows by primary key, some at a time: MariaDB's driver fetches whole results."""
    key = queryset.model._meta.pk.attname
    ordered = page = queryset.order_by("pk")
    while rows := list(page[:_PAGE_ROWS]):
        yield from rows
        page = ordered.filter(pk__gt=rows[-1][key])


def _without_defaults(row: _Values) -> _Values:
    """Without what says nothing. An empty list of dayparts says never, and stays."""
    says_nothing = (None, [], {})
    return {
        name: value
        for name, value in row.items()
        if value not in says_nothing or name == "dayparts" and value is not None
    }


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    # Not strftime, which writes years below 1000 with fewer digits on some systems.
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _unit(values: _Values) -> _Values:
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
    }


def _exchange_rate(values: _Values) -> _Values:
    return {"currency": values["currency"], "rate_ppm": values["rate_ppm"]}


def _advertiser(values: _Values) -> _Values:
    return {"id": values["public_id"], "name": values["name"], "caps": values["caps"]}


def _campaign(values: _Values) -> _Values:
    return {
        "id": values["public_id"],
        "advertiser_id": values["advertiser__public_id"],
        "name": values["name"],
        "starts_at": _time(values["starts_at"]),
        "ends_at": _time(values["ends_at"]),
        "caps": values["caps"],
    }


def _line_item(values: _Values) -> _Values:
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
    }


def _creative(values: _Values) -> _Values:
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


def _rates(values: _Values) -> _Values:
    return {
        "line_item_id": values["line_item__public_id"],
        "unit_id": values["unit__public_id"],
        "ctr_ppm": values["ctr_ppm"],
        "cvr_ppm": values["cvr_ppm"],
    }


def _channel(values: _Values) -> _Values:
    return {"id": values["public_id"], "name": values["name"]}


def _content(values: _Values) -> _Values:
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


def _rating(values: _Values) -> str | None:
    return None if values["rating"] == "everyone" else values["rating"]
