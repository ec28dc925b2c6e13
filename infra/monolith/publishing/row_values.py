"""Rows of a catalog as the values that models take."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from django.db.models import Model

from adops.models import Advertiser, Campaign, Channel, LineItem, Unit
from allocation.models.time.epoch_seconds import parse_instant

# The members of rows that name another row, which the models keep as a reference.
REFERENCES: dict[str, type[Model]] = {
    "advertiser_id": Advertiser,
    "campaign_id": Campaign,
    "line_item_id": LineItem,
    "unit_id": Unit,
    "channel_id": Channel,
}
# Never taken from a catalog: operators set the status in the admin, and deliveries are counted.
KEPT = ("created_at", "status", "spent_micros", "spent_today_micros", "today_ends_at")
# Gives the primary key of the row of a model that has a public id. Raises KeyError without one.
Find = Callable[[type[Model], str], Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TIMES = ("starts_at", "ends_at", "published_at", "expires_at")
_NO_GOAL = {"count": None, "kind": ""}
# Members of rows that name a currency, whose rates come before them.
_CURRENCIES = {"currency": LineItem, "budget_currency": Campaign}


def values_of(model: type[Model], row: Mapping[str, Any], find: Find) -> dict[str, Any]:
    """A row's values as a model takes them. Members without a field of the model are left out."""
    fields = {field.name for field in model._meta.concrete_fields}
    fields |= {field.attname for field in model._meta.concrete_fields}
    values: dict[str, Any] = {}
    for name, value in _flat(row):
        # An advertiser's own `id`, and `app_id`, refer to nothing.
        if name in REFERENCES and name in fields:
            values[name] = find(REFERENCES[name], value)
        elif name == "id":
            values["public_id"] = value
        elif _CURRENCIES.get(name) is model:
            values[f"{name}_id"] = value
        elif name == "timezone" and value is None:
            continue
        elif name in fields and name not in KEPT:
            values[name] = _read_time(value) if name in _TIMES and value else value
    return values


def finder(rows: Iterable[Mapping[str, Any]]) -> Find:
    """Finds the primary keys of the rows that these rows refer to."""
    keys = {}
    for field, model in REFERENCES.items():
        ids = {row[field] for row in rows if field in row}
        if ids:
            found = model._default_manager.filter(public_id__in=ids).values_list("public_id", "pk")
            keys[model] = dict(found)
    return lambda model, public_id: keys[model][public_id]


def _read_time(text: str) -> datetime:
    # Not `fromtimestamp`, which has no years before 1970 on some systems.
    return _EPOCH + timedelta(seconds=parse_instant(text))


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name == "mix":
            yield from value.items()
        elif name == "goal":
            yield from ((f"goal_{member}", part) for member, part in (value or _NO_GOAL).items())
        else:
            yield name, value
