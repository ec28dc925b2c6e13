"""Values in words, as their form fields show them."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.encoding import force_str

from adops.forms.caps import CapsField
from adops.forms.dates import EndField, format_end, format_instant
from adops.labels import WINDOW_LABELS
from adops.rules.schedule import lowest_limits


def describe(field: forms.Field, value: Any) -> str:
    """A value as its field would show it; an empty text for no value."""
    if value is None:
        return ""
    if isinstance(field, CapsField):
        limits = lowest_limits(value).items()
        return ", ".join(f"{limit:,} {WINDOW_LABELS[window]}" for window, limit in limits)
    if isinstance(field, forms.MultipleChoiceField):
        labels = _labels(field)
        return ", ".join(labels.get(key, key) for key in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return _labels(field).get(value, force_str(value))
    if isinstance(value, datetime):
        return format_end(value) if isinstance(field, EndField) else format_instant(value)
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        row = value if hasattr(value, "pk") else rows.filter(pk=value).first()
        return "" if row is None else str(row)
    return force_str(field.prepare_value(value))


def _labels(field: forms.ChoiceField) -> dict[str, str]:
    choices: Any = field.choices
    return {key: str(label) for key, label in choices}
