"""Columns that follow from other columns of their row, written whenever the row is saved.

States of lists and filters are computed by the database, which cannot read conditions and hours that
are kept as JSON.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models

from adops.rules.contradictions import has_cap_of_zero, impossible_dimensions
from adops.rules.schedule import hours_of_week

Derive = Callable[[Any], Any]


def _write(field: Any, row: models.Model, derive: Derive) -> Any:
    value = derive(row)
    setattr(row, field.attname, value)
    return value


class DerivedBooleanField(models.BooleanField):
    """A condition that follows from the row."""

    def __init__(self, *args: Any, derive: Derive = bool, **options: Any) -> None:
        super().__init__(*args, **{**options, "default": False, "editable": False})
        self.derive = derive

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _write(self, model_instance, self.derive)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        # To the database it is a boolean.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.BooleanField", args, options


class DerivedCharField(models.CharField):
    """A text that follows from the row."""

    def __init__(self, *args: Any, derive: Derive = str, **options: Any) -> None:
        super().__init__(*args, **{**options, "default": "", "blank": True, "editable": False})
        self.derive = derive

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _write(self, model_instance, self.derive)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        # To the database it is text.
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options


def allows_none(row: Any) -> bool:
    """Whether a cap of the row allows no showing at all."""
    return has_cap_of_zero(row.caps)


def admits_no_phone(row: Any) -> bool:
    """Whether no request satisfies the row's targeting."""
    try:
        return bool(impossible_dimensions(row.targeting))
    except (AttributeError, KeyError, TypeError, ValueError):
        # The targeting has no form that serving reads: the publication refuses it and says why.
        return False


def open_hours(row: Any) -> str:
    """The hours of the row's week; an empty text for always."""
    return "" if row.dayparts is None else hours_of_week(row.dayparts)
