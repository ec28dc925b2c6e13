"""Values of a row as the form of the admin takes them from a browser.

So that the form itself reads, checks and refuses them: nothing of its rules is repeated here.
"""

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from django import forms
from django.http import QueryDict

from adops.forms.caps import CapsField
from adops.forms.fields import ScaledField, TextBackedField

# Names and texts of inputs.
Inputs = Iterator[tuple[str, list[str]]]


def data_of(form: forms.ModelForm, values: dict[str, Any]) -> QueryDict:
    """What a browser would send that had filled in `values`, and left all else as the form has it.

    Times are in UTC: the form must read them in that zone.
    """
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = values[name] if name in values else form.get_initial_for_field(field, name)
        for input_name, texts in _inputs(name, field, value):
            data.setlist(input_name, texts)
    return data


def _inputs(name: str, field: forms.Field, value: Any) -> Inputs:
    if isinstance(field, forms.BooleanField):
        if value:
            yield name, ["on"]
    elif isinstance(field, forms.SplitDateTimeField):
        yield from zip((f"{name}_0", f"{name}_1"), _date_and_time(value), strict=True)
    elif isinstance(field, CapsField):
        numbers = field.widget.decompress(value or [])
        for suffix, number in zip(field.widget.widgets_names, numbers, strict=True):
            yield f"{name}{suffix}", [_text(number)]
    elif isinstance(field, forms.MultipleChoiceField):
        yield name, list(value or [])
    else:
        yield name, [_typed(field, value)]


def _typed(field: forms.Field, value: Any) -> str:
    if isinstance(field, TextBackedField) and not isinstance(value, str):
        if isinstance(field, ScaledField) and isinstance(value, int) and value < 0:
            return f"-{field.format_value(-value)}"
        return field.prepare_value(value)
    return _text(getattr(value, "pk", value))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _date_and_time(value: datetime | None) -> tuple[list[str], list[str]]:
    if value is None:
        return [""], [""]
    moment = value.astimezone(timezone.utc)
    # `00:00` of a day and not `24:00` of the day before: both mean the same to the form.
    return [moment.date().isoformat()], [moment.time().isoformat()]
