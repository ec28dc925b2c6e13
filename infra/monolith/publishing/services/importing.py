"""Imports a catalog document into the edited catalog."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ForeignKey, Model

from adops.models import ExchangeRate, Rates
from adops.selectors.catalog_rows import model_of
from kernel.kinds import EDITED_KINDS, Kind
from publishing.catalog_document import spool_document
from publishing.checks import check_catalog
from publishing.problems import RowProblem, UnservableCatalog
from publishing.row_values import KEPT, finder, values_of
from publishing.services.import_changes import Changes

# The rows written by one statement.
_BATCH_ROWS = 500
# What a document of before budgets and goals must not take away.
_KEPT_IF_LEFT_OUT = {
    "campaign": ("budget_micros", "daily_budget_micros", "budget_currency_id", "timezone"),
    "line_item": ("goal_count", "goal_kind", "delivery", "share_ppm", "default_ctr_ppm"),
}


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
        find = finder(batch)
        kept = _kept_values(kind.name, batch)
        instances = [
            _checked(kind, row, model(**{**kept.get(row.get("id"), {}), **values_of(model, row, find)}))
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
    unchanged = (*KEPT, *unique)
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
