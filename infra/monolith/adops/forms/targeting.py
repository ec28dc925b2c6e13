"""Targeting as a form: reads the conditions of an item into fields, and writes them back."""

from typing import Any

from django import forms

from adops.forms.fields import KeepsUntouched
from adops.forms.targeting_fields import (
    TARGETING_FIELDS,
    UNIT,
    condition_of,
    field_name,
    field_names,
)
from adops.models import Status, Unit
from adops.rules.targeting import validate_targeting
from kernel.dimensions import DIMENSION_BY_FIELD, DIMENSIONS, Dimension


class TargetingForm(KeepsUntouched):
    """Reads the conditions of an item into fields, and writes them back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in TARGETING_FIELDS:
            self.initial.setdefault(name, condition_of(self.instance.targeting, name))
        self._offer_units()

    def _offer_units(self) -> None:
        names = [name for one in DIMENSIONS if one.name == UNIT for name in field_names(one)]
        # A read-only form has no fields.
        shown = [name for name in names if name in self.fields]
        if not shown:
            return
        offered = {unit.public_id: str(unit) for unit in Unit.objects.exclude(status=Status.ARCHIVED)}
        for name in shown:
            # A unit that is archived or deleted stays chosen until an operator removes it.
            chosen = {public_id: public_id for public_id in self.initial[name] or []}
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = list({**chosen, **offered}.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            targeting = {
                field: condition
                for field, dimension in DIMENSION_BY_FIELD.items()
                if (condition := self._condition(dimension))
            }
            validate_targeting(targeting)
            self.instance.targeting = targeting
        return cleaned

    def _condition(self, dimension: Dimension) -> Any:
        if not dimension.shape.members:
            return self._value(field_name(dimension))
        members = {member: self._value(field_name(dimension, member)) for member in dimension.shape.members}
        return {member: value for member, value in members.items() if value}

    def _value(self, name: str) -> Any:
        # A form that has some of the fields keeps the other conditions.
        is_kept = name not in self.fields or self.is_untouched(name)
        return self.initial.get(name) if is_kept else self.cleaned_data.get(name)


# Forms that extend this one have its declared fields.
TargetingForm.declared_fields.update(TARGETING_FIELDS)
