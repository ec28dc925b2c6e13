"""Keeps the sums over facts: what an arrival hour adds to them, or takes away."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Model

from delivery.documents import FactKey
from delivery.hours import day_of
from delivery.models import (
    VALID,
    EventKind,
    InvalidDay,
    ItemDay,
    ItemKind,
    ItemTotal,
    PlacedDay,
    UnitDay,
    UnitHour,
    UnitTotal,
)
from delivery.spans import spans_with

# The rows of one statement. SQLite takes at most about a thousand values, depending on its build.
_BATCH_ROWS = 400


class Sums(NamedTuple):
    """In the order of the fields of `models.Sums`."""

    impressions: int = 0
    clicks: int = 0
    invalid: int = 0
    cpm_price_micros: int = 0
    cpc_price_micros: int = 0
    invalid_clicks: int = 0

    def plus(self, other: "Sums") -> "Sums":
        return Sums(*map(sum, zip(self, other, strict=True)))


# The values of the fields of a row's key, in the order of `_KEYS`.
_RowKey = tuple[Any, ...]
_KEYS: dict[type[Model], tuple[str, ...]] = {
    ItemTotal: ("item", "item_kind", "campaign", "advertiser", "currency"),
    ItemDay: ("days", "day", "item", "item_kind", "campaign", "advertiser", "currency"),
    UnitTotal: ("item", "unit"),
    PlacedDay: ("days", "day", "item", "item_kind", "creative", "unit", "campaign", "advertiser", "currency"),
    UnitDay: ("days", "day", "unit", "item_kind", "campaign", "advertiser", "currency"),
    UnitHour: ("hour", "unit", "item_kind", "campaign", "advertiser", "currency"),
    InvalidDay: (
        *("days", "day", "item", "item_kind", "creative", "unit"),
        *("campaign", "advertiser", "kind", "event_class"),
    ),
}
_VALUES: dict[type[Model], tuple[str, ...]] = {
    **dict.fromkeys(_KEYS, Sums._fields),
    UnitTotal: ("impressions", "clicks"),
    InvalidDay: ("invalid",),
}
# All models of sums.
MODELS = tuple(_KEYS)
# The parts of a key by which the rows of a batch are looked up, where a model has them.
_LOOKED_UP = ("item", "unit", "day", "hour")


def sums_of(key: FactKey, count: int, price_micros: int) -> Sums:
    """What one fact adds to the sums of its item."""
    if key.event_class != VALID:
        return Sums(invalid=count, invalid_clicks=count if key.kind == EventKind.CLICK else 0)
    if key.kind == EventKind.CLICK:
        return Sums(clicks=count, cpc_price_micros=price_micros if key.pricing == "cpc" else 0)
    return Sums(impressions=count, cpm_price_micros=price_micros if key.pricing == "cpm" else 0)


class Changes:
    """What is to be added to the sums."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._by_model: dict[type[Model], dict[_RowKey, Sums]] = {model: defaultdict(Sums) for model in _KEYS}

    def add(self, key: FactKey, count: int, price_micros: int) -> None:
        sums = sums_of(key, count, price_micros)
        item = (key.item, key.item_kind, key.campaign, key.advertiser, key.currency)
        self._add(ItemTotal, item, sums)
        placed = (key.item, key.item_kind, key.creative, key.unit, key.campaign, key.advertiser)
        on_unit = (key.unit, *item[1:])
        for span in spans_with(day_of(key.hour, self._zone)):
            self._add(ItemDay, (*span, *item), sums)
            self._add(PlacedDay, (*span, *placed, key.currency), sums)
            self._add(UnitDay, (*span, *on_unit), sums)
            if sums.invalid:
                self._add(InvalidDay, (*span, *placed, key.kind, key.event_class), sums)
        self._add(UnitHour, (key.hour, *on_unit), sums)
        if key.item_kind == ItemKind.LINE_ITEM and (sums.impressions or sums.clicks):
            self._add(UnitTotal, (key.item, key.unit), sums)

    def _add(self, model: type[Model], key: _RowKey, sums: Sums) -> None:
        self._by_model[model][key] = self._by_model[model][key].plus(sums)

    def apply(self) -> None:
        """Changes the rows. The caller holds the lock of the sync, in a transaction."""
        for model, changes in self._by_model.items():
            for batch in _batches((key, sums) for key, sums in changes.items() if any(sums)):
                _apply(model, batch)


def _apply(model: type[Model], changes: list[tuple[_RowKey, Sums]]) -> None:
    keys, values = _KEYS[model], _VALUES[model]
    where = {
        f"{name}__in": {key[keys.index(name)] for key, _sums in changes}
        for name in _LOOKED_UP
        if name in keys
    }
    found = {
        row[: len(keys)]: row[len(keys) :]
        for row in model._default_manager.filter(**where).values_list(*keys, *values)
    }
    rows = [
        model(
            **dict(zip(keys, key, strict=True)),
            **{
                name: before + getattr(sums, name)
                for name, before in zip(values, found.get(key, (0,) * len(values)), strict=True)
            },
        )
        for key, sums in changes
    ]
    # MariaDB takes no name of the key that conflicts.
    takes_target = connection.features.supports_update_conflicts_with_target
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=list(values),
        unique_fields=list(keys) if takes_target else None,
    )


def _batches(changes: Iterator[tuple[_RowKey, Sums]]) -> Iterable[list[tuple[_RowKey, Sums]]]:
    while batch := list(islice(changes, _BATCH_ROWS)):
        yield batch
