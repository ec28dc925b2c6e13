"""Fills the forms of the admin in with the values of a document."""

from dataclasses import dataclass
from datetime import timezone as datetime_timezone
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, JSONField, Model
from django.forms import ModelForm
from django.utils import timezone

from adops.forms.targeting_fields import TARGETING_FIELDS, condition_of, place_of
from management.resources import Resource, key_of_reference
from management.services.form_data import data_of

Values = dict[str, Any]


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a member; with the row as a whole, if that is empty."""

    member: str
    text: str


class RowRefused(Exception):
    """The form does not take the values. Nothing is written."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(each.text for each in refusals))
        self.refusals = refusals


def filled_form(
    resource: Resource, form_class: type[ModelForm], values: Values, row: Model | None, initial: Values
) -> ModelForm:
    """A form that is valid, filled in with the values. Raises RowRefused."""
    filled = _form_values(resource, values)
    with timezone.override(datetime_timezone.utc):
        form = form_class(data_of(form_class(initial=initial, instance=row), filled), instance=row)
        if form.is_valid():
            return form
    raise RowRefused(
        [
            Refusal(_member_of(resource, name), text)
            for name, errors in form.errors.get_json_data().items()
            for text in (each["message"] for each in errors)
        ]
    )


def _member_of(resource: Resource, name: str) -> str:
    if name == "__all__":
        return ""
    if name in TARGETING_FIELDS:
        return ".".join(filter(None, ("targeting", *place_of(name))))
    return resource.member_of(name)


def _form_values(resource: Resource, values: Values) -> Values:
    """The values of the form's fields. Raises RowRefused for lists and objects of another shape than
    their field has.
    """
    filled: Values = {}
    refusals: list[Refusal] = []
    for name, value in values.items():
        field = resource.model._meta.get_field(name)
        if isinstance(field, ForeignKey):
            filled[name] = _reference(field, value)
        elif isinstance(field, JSONField) and (value is not None or not field.null):
            try:
                for validate in field.validators:
                    validate(value)
            except ValidationError as error:
                refusals += [Refusal(resource.member_of(name), text) for text in error.messages]
            else:
                filled |= _conditions(value) if name == "targeting" else {name: value}
        else:
            filled[name] = value
    if refusals:
        raise RowRefused(refusals)
    return filled


def _conditions(targeting: dict[str, Any]) -> Values:
    return {name: condition_of(targeting, name) for name in TARGETING_FIELDS}


def _reference(field: ForeignKey, value: str | None) -> Any:
    """The primary key of the row that is named. What names none is left for the form to refuse."""
    if value is None:
        return None
    key = key_of_reference(field)
    rows = field.related_model._default_manager
    found = rows.filter(**{key: value}).values_list("pk", flat=True).first()
    return _NO_ROW if found is None else found


# Of no row: keys begin with 1, and no currency has this code.
_NO_ROW = "0"
