"""Rows in words, as their forms show them: for histories, for two versions side by side, and for what
an import or a publication changes.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.db.models import ForeignKey
from django.utils.encoding import force_str

from adops.forms.addresses import readable
from adops.forms.caps import CapsField
from adops.forms.dates import format_end, format_instant
from adops.forms.items import (
    AdvertiserForm,
    CampaignForm,
    ContentForm,
    ExchangeRateForm,
    LineItemForm,
    RatesForm,
    UnitForm,
)
from adops.forms.targeting_fields import TARGETING_FIELDS, condition_of
from adops.labels import WINDOW_LABELS
from adops.models.fields import AddressField
from adops.rules.schedule import lowest_limits

# The form of each model that has one of its own.
FORMS: dict[str, type[forms.ModelForm]] = {
    "advertiser": AdvertiserForm,
    "campaign": CampaignForm,
    "lineitem": LineItemForm,
    "content": ContentForm,
    "unit": UnitForm,
    "rates": RatesForm,
    "exchangerate": ExchangeRateForm,
}
ENDS = ("ends_at", "expires_at")
_IDS = ("id", "public_id", "created_at", "updated_at")


class Difference(NamedTuple):
    """A field that two versions of a row have in two ways: its name and label, and both as texts."""

    name: str
    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label}: {self.old or '–'} → {self.new or '–'}"


def differences(old: models.Model, new: models.Model) -> list[Difference]:
    """What two versions of a row say differently, in the order of the form."""
    before, after = in_words(old), in_words(new)
    return [
        Difference(name, label, before.get(name, ("", ""))[1], text)
        for name, (label, text) in after.items()
        if before.get(name, ("", ""))[1] != text
    ]


def in_words(row: models.Model) -> dict[str, tuple[str, str]]:
    """Label and text of each field that operators edit, by its name."""
    form = FORMS.get(row._meta.model_name or "")
    declared = form.declared_fields if form else {}
    words: dict[str, tuple[str, str]] = {}
    for field in row._meta.concrete_fields:
        if not field.editable or field.name in _IDS:
            continue
        if field.name == "targeting":
            words |= _targeting_in_words(row)
        else:
            words[field.name] = label_of(field, declared), _text(row, field, declared)
    return words


def label_of(field: Any, declared: dict[str, forms.Field]) -> str:
    """The label of a model's field, as its form has it."""
    own = declared.get(field.name)
    label = force_str(own.label if own is not None and own.label else field.verbose_name)
    return label[:1].upper() + label[1:]


def _targeting_in_words(row: Any) -> dict[str, tuple[str, str]]:
    return {
        name: (force_str(field.label), describe(field, condition_of(row.targeting, name)))
        for name, field in TARGETING_FIELDS.items()
    }


def _text(row: Any, field: Any, declared: dict[str, forms.Field]) -> str:
    value = getattr(row, field.attname)
    if field.name in declared:
        return describe(declared[field.name], value)
    if isinstance(field, ForeignKey):
        related = getattr(row, field.name) if value is not None else None
        return "" if related is None else str(related)
    if field.choices:
        return force_str(dict(field.flatchoices).get(value, value))
    if isinstance(field, AddressField):
        return readable(value, field.spelled)
    if isinstance(value, datetime):
        return format_end(value) if field.name in ENDS else format_instant(value)
    return "" if value is None else str(value)


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
    if isinstance(field, forms.ChoiceField):
        return _labels(field).get(value, value)
    return str(field.prepare_value(value))


def _labels(field: forms.ChoiceField) -> dict[str, str]:
    choices: Any = field.choices
    return {key: str(label) for key, label in choices}
