"""One kind of edited rows, brought back to what the served version says."""

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from adops.forms.wording import differences
from adops.models import Pricing, Status
from adops.selectors.catalog_rows import model_of, select_rows, write_row
from adops.services.history import changed, note_addition
from kernel.kinds import KIND_BY_NAME
from kernel.published.row import Row
from publishing.row_values import finder, values_of

# SQLite takes at most about a thousand values in one statement, depending on its build.
_ROWS_AT_ONCE = 200
# What becomes of a row that the served version does not have. Rows of other kinds serve nothing by
# themselves, and stay.
_WITHOUT = {
    "unit": Status.ARCHIVED,
    "campaign": Status.PAUSED,
    "line_item": Status.PAUSED,
    "creative": Status.PAUSED,
    "content": Status.PAUSED,
}
CatalogRow = dict[str, Any]
# Told of each row that is written: the row, and what is done to it in words.
OnRow = Callable[[Model, str], None]


def write_back(kind: str, served: Iterable[Row], by: User, on_row: OnRow) -> None:
    """Gives rows what the served version says, makes those again that were deleted, and sets all of
    them active. What is blocked stays so.
    """
    wanted = [(row.key, json.loads(row.json)) for row in served]
    for start in range(0, len(wanted), _ROWS_AT_ONCE):
        batch = dict(wanted[start : start + _ROWS_AT_ONCE])
        stored, find = _stored(kind, batch), finder(batch.values())
        for key, row in batch.items():
            if key in stored:
                _change(kind, *stored[key], row, find, by, on_row)
            elif not _is_learned(kind, row):
                _add(kind, row, find, by, on_row)


def take_out(kind: str, edited: Iterable[Row], by: User, on_row: OnRow) -> None:
    """Pauses rows that the served version does not have: units are archived, typed rates deleted."""
    rows = {row.key: json.loads(row.json) for row in edited}
    keys = list(rows)
    for start in range(0, len(keys), _ROWS_AT_ONCE):
        for instance, _row in _stored(
            kind, {key: rows[key] for key in keys[start : start + _ROWS_AT_ONCE]}
        ).values():
            if kind == "rates":
                LogEntry.objects.log_actions(by.pk, [instance], DELETION, "")
                on_row(instance, _("deleted"))
                instance.delete()
            elif kind in _WITHOUT and not _is_below_paused(instance):
                set_status(instance, _WITHOUT[kind], by, on_row)


def set_status(instance: Model, status: Status, by: User, on_row: OnRow) -> None:
    before = copy.copy(instance)
    instance.status = status  # type: ignore[attr-defined]
    _save(before, instance, by, on_row)


def _change(
    kind: str, instance: Model, stored: CatalogRow, served: CatalogRow, find: Any, by: User, on_row: OnRow
) -> None:
    if getattr(instance, "status", "") == Status.BLOCKED:
        return
    model, before = type(instance), copy.copy(instance)
    served, stored = dict(served), dict(stored)
    if kind == "line_item" and getattr(instance, "default_ctr_ppm", None) is None:
        # What was served is what had been learned.
        served.pop("default_ctr_ppm", None)
    for name in stored.keys() - served.keys():
        for field in values_of(model, {name: stored[name]}, find_nothing):
            if field not in ("public_id", *_references(model)):
                setattr(instance, field, _default(model, field))
    for field, value in values_of(model, served, find).items():
        setattr(instance, field, value)
    if hasattr(instance, "status"):
        instance.status = Status.ACTIVE
    _save(before, instance, by, on_row)


def find_nothing(_model: type[Model], _public_id: str) -> None:
    """References of members that are taken away are not looked up."""


def _references(model: type[Model]) -> tuple[str, ...]:
    return tuple(
        field.attname for field in model._meta.concrete_fields if field.is_relation and not field.null
    )


def _default(model: type[Model], attname: str) -> Any:
    (field,) = [field for field in model._meta.concrete_fields if attname in (field.name, field.attname)]
    return field.get_default()


def _add(kind: str, row: CatalogRow, find: Any, by: User, on_row: OnRow) -> None:
    instance = model_of(kind)(**values_of(model_of(kind), row, find))
    instance.save(force_insert=True)
    note_addition(row=instance, by=by, message=_("Made again, as the served version has it."))
    on_row(instance, _("made again"))


def _save(before: Model, instance: Model, by: User, on_row: OnRow) -> None:
    found = differences(before, instance)
    if not found:
        return
    instance.save()
    names = [one.name for one in found]
    message = [changed(names, partial(_words, before, instance))]
    LogEntry.objects.log_actions(by.pk, [instance], CHANGE, message)
    on_row(instance, "; ".join(map(str, found)))


def _words(before: Model, after: Model) -> list[str]:
    first, *more = map(str, differences(before, after))
    return [f"{_('As the served version has it:')} {first}", *more]


def _is_learned(kind: str, row: CatalogRow) -> bool:
    """Whether rates without a typed row have been learned: only line items that are paid by the click
    have such.
    """
    return kind == "rates" and (
        model_of("line_item")
        ._default_manager.filter(public_id=row["line_item_id"], pricing=Pricing.CPC)
        .exists()
    )


def _is_below_paused(instance: Model) -> bool:
    """Whether a row does not serve because of the row above it."""
    for name in ("line_item", "campaign"):
        parent = getattr(instance, name, None)
        if parent is not None and (parent.status != Status.ACTIVE or _is_below_paused(parent)):
            return True
    return False


def _stored(kind: str, rows: dict[str, CatalogRow]) -> dict[str, tuple[Model, CatalogRow]]:
    """The stored rows with these keys, whatever their status: each as a model, and as the catalog has
    it.
    """
    where, model = _where(kind, rows), model_of(kind)
    parents = (
        ("line_item__campaign",) if kind == "creative" else ("line_item", "unit") if kind == "rates" else ()
    )
    instances = {
        row.pk: row
        for row in model._default_manager.select_for_update().filter(where).select_related(*parents)
    }
    key_of = KIND_BY_NAME[kind].key_of
    found = {}
    for pk, row in _as_catalog(kind, where):
        if pk in instances and (key := key_of(row)) in rows:
            found[key] = (instances[pk], row)
    return found


def _as_catalog(kind: str, where: Q) -> Iterator[tuple[Any, CatalogRow]]:
    pk = model_of(kind)._meta.pk.attname
    for values in select_rows(kind, where):
        yield values[pk], write_row(kind, values)


def _where(kind: str, rows: dict[str, CatalogRow]) -> Q:
    if kind == "rates":
        items = {row["line_item_id"] for row in rows.values()}
        units = {row["unit_id"] for row in rows.values()}
        return Q(line_item__public_id__in=items, unit__public_id__in=units)
    return Q(**{f"{'currency' if kind == 'exchange_rate' else 'public_id'}__in": list(rows)})
