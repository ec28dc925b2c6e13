"""Imports a catalog document into the edited catalog."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ForeignKey, Model

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    ExchangeRate,
    LineItem,
    Rates,
    Unit,
)
from adops.selectors.catalog_rows import model_of
from allocation.models.time.epoch_seconds import parse_instant
from kernel.kinds import EDITED_KINDS, Kind
from publishing.catalog_document import spool_document
from publishing.checks import check_catalog
from publishing.problems import RowProblem, UnservableCatalog
from publishing.services.import_changes import Changes

# The rows written by one statement.
_BATCH_ROWS = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

# The fields of rows that name another row, which the models keep as a reference.
_REFERENCES: dict[str, type[Model]] = {
    "advertiser_id": Advertiser,
    "campaign_id": Campaign,
    "line_item_id": LineItem,
    "unit_id": Unit,
    "channel_id": Channel,
}
_TIMES = ("starts_at", "ends_at", "published_at", "expires_at")
# Never taken from a document: operators set the status in the admin, and deliveries are counted.
_KEPT = ("created_at", "status", "spent_micros", "spent_today_micros", "today_ends_at")
# What a document of before budgets and goals must not take away.
_KEPT_IF_LEFT_OUT = {
    "campaign": ("budget_micros", "daily_budget_micros", "budget_currency_id", "timezone"),
    "line_item": ("goal_count", "goal_kind", "delivery", "share_ppm", "default_ctr_ppm"),
}
_NO_GOAL = {"count": None, "kind": ""}
# Members of rows that name a currency, whose rates come before them.
_CURRENCIES = {"currency": LineItem, "budget_currency": Campaign}


def is_catalog_empty() -> bool:
    return not any(model_of(kind.name)._default_manager.exists() for kind in EDITED_KINDS)


def import_catalog(document: dict[str, Any], changes: Changes | None = None) -> dict[str, int]:
    """Adds the rows of a catalog, and changes the rows that have the same ids; other rows stay, and so
    do statuses, and budgets, goals and their delivery where the document does not name them.

    It imports all rows or none, and returns their number by kind. Given `changes` it imports none: it
    is a dry run, which notes there what it would change. Raises UnservableCatalog.
    """
    with spool_document(document) as spool:
        check_catalog(spool, lambda rows_done: None)
        with transaction.atomic():
            for kind in EDITED_KINDS:
                _import_rows(kind, document.get(kind.field, []), changes)
            transaction.set_rollback(changes is not None)
        return dict(spool.counts)


def _import_rows(kind: Kind, rows: list[dict[str, Any]], changes: Changes | None) -> None:
    model = model_of(kind.name)
    for start in range(0, len(rows), _BATCH_ROWS):
        batch = rows[start : start + _BATCH_ROWS]
        find = _finder(batch)
        kept = _kept_values(kind.name, batch)
        instances = [
            _checked(kind, row, model(**{**kept.get(row.get("id"), {}), **_values(model, row, find)}))
            for row in batch
        ]
        if changes is not None:
            changes.compare(kind.name, instances)
        _write(model, instances)


def _kept_values(kind: str, rows: list[dict[str, Any]]) -> dict[str | None, dict[str, Any]]:
    """What stays of stored rows if a document does not name it, by their ids."""
    fields = _KEPT_IF_LEFT_OUT.get(kind)
    if not fields:
        return {}
    ids = [row["id"] for row in rows]
    found = model_of(kind)._default_manager.filter(public_id__in=ids).values("public_id", *fields)
    return {values.pop("public_id"): values for values in found}


def _write(model: type[Model], instances: list[Model]) -> None:
    unique = _unique_fields(model)
    unchanged = (*_KEPT, *unique)
    changed = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name not in unchanged]
    # MariaDB takes no name of the key that conflicts.
    takes_target = connection.features.supports_update_conflicts_with_target
    model._default_manager.bulk_create(
        instances,
        update_conflicts=True,
        update_fields=changed,
        unique_fields=unique if takes_target else None,
    )


def _unique_fields(model: type[Model]) -> list[str]:
    if model is Rates:
        return ["line_item", "unit"]
    return ["currency"] if model is ExchangeRate else ["public_id"]


def _values(
    model: type[Model], row: dict[str, Any], find: Callable[[type[Model], str], Any]
) -> dict[str, Any]:
    """A row's values as a model takes them. Members without a field of the model are left out."""
    fields = {field.name for field in model._meta.concrete_fields}
    fields |= {field.attname for field in model._meta.concrete_fields}
    values: dict[str, Any] = {}
    for name, value in _flat(row):
        # An advertiser's own `id`, and `app_id`, refer to nothing.
        if name in _REFERENCES and name in fields:
            values[name] = find(_REFERENCES[name], value)
        elif name == "id":
            values["public_id"] = value
        elif _CURRENCIES.get(name) is model:
            values[f"{name}_id"] = value
        elif name == "timezone" and value is None:
            continue
        elif name in fields and name not in _KEPT:
            values[name] = _read_time(value) if name in _TIMES and value else value
    return values


def _read_time(text: str) -> datetime:
    # Not `fromtimestamp`, which has no years before 1970 on some systems.
    return _EPOCH + timedelta(seconds=parse_instant(text))


def _flat(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if name == "mix":
            yield from value.items()
        elif name == "goal":
            yield from ((f"goal_{member}", part) for member, part in (value or _NO_GOAL).items())
        else:
            yield name, value


def _finder(rows: list[dict[str, Any]]) -> Callable[[type[Model], str], Any]:
    """Finds the primary key of a row that these rows refer to, by its public id."""
    keys = {}
    for field, model in _REFERENCES.items():
        ids = {row[field] for row in rows if field in row}
        if ids:
            found = model._default_manager.filter(public_id__in=ids).values_list("public_id", "pk")
            keys[model] = dict(found)
    return lambda model, public_id: keys[model][public_id]


def _checked(kind: Kind, row: dict[str, Any], instance: Model) -> Model:
    """The instance, if the admin would accept it. Raises UnservableCatalog otherwise."""
    references = [f.name for f in instance._meta.concrete_fields if isinstance(f, ForeignKey)]
    try:
        instance.clean_fields(exclude=references)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        problem = RowProblem(kind.name, kind.key_of(row), f"{field}: {messages[0]}")
        raise UnservableCatalog([problem]) from None
    return instance
