"""Rows in words, as their forms show them: for histories, for two versions side by side, and for what
an import or a publication changes.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.db import models
from django.db.models import ForeignKey
from django.utils.encoding import force_str

from adops.amounts import format_money
from adops.forms.addresses import readable
from adops.forms.dates import format_end, format_instant
from adops.forms.describing import describe
from adops.forms.fields import MoneyField
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
from adops.models.fields import AddressField

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
    only = _fields_apart(old, new)
    before, after = in_words(old, only), in_words(new, only)
    return [
        Difference(name, label, before.get(name, ("", ""))[1], text)
        for name, (label, text) in after.items()
        if before.get(name, ("", ""))[1] != text
    ]


def _fields_apart(old: models.Model, new: models.Model) -> frozenset[str]:
    """The fields that differ: putting the others into words takes most of the time of a comparison.
    With its currency all money differs.
    """
    fields = type(new)._meta.concrete_fields
    apart = {field.name for field in fields if getattr(old, field.attname) != getattr(new, field.attname)}
    if any(name.endswith("currency") for name in apart):
        return frozenset(field.name for field in fields)
    return frozenset(apart)


def in_words(row: models.Model, only: frozenset[str] | None = None) -> dict[str, tuple[str, str]]:
    """Label and text of each field that operators edit, by its name; of some fields `only`."""
    form = FORMS.get(row._meta.model_name or "")
    declared = form.declared_fields if form else {}
    words: dict[str, tuple[str, str]] = {}
    for field in row._meta.concrete_fields:
        if not field.editable or field.name in _IDS or only is not None and field.name not in only:
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
    own = declared.get(field.name)
    if isinstance(own, MoneyField) and value is not None:
        return format_money(value, getattr(row, f"{own.currency_field}_id", None) or "")
    if own is not None:
        return describe(own, value)
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
