"""Forms for operators with read permission: the same texts, without input fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin

from adops.forms.describing import describe
from adops.forms.targeting_fields import condition_of, is_targeting_field

Cell = Callable[[Any], str]


def cells_for(fields: Any, form: type[forms.ModelForm]) -> Any:
    """The rows of a fieldset, with texts in place of the fields that Django would show as they are
    stored. A row is a name, or a tuple of names.
    """
    if isinstance(fields, tuple | list):
        return tuple(cells_for(part, form) for part in fields)
    return _cell(fields, form.declared_fields[fields]) if fields in form.declared_fields else fields


def _cell(name: str, field: forms.Field) -> Cell:
    @admin.display(description=field.label)
    def cell(row: Any) -> str:
        value = condition_of(row.targeting, name) if is_targeting_field(name) else getattr(row, name)
        return describe(field, value)

    # Django puts the name into the CSS class of the cell; style sheets and tests find the cell by
    # it.
    cell.__name__ = name
    return cell
