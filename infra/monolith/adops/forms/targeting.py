"""Targeting as a form: one field for each list of each dimension."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adops.forms import texts
from adops.forms.fields import KeepsUntouched, ListField, TextBackedField
from adops.models import Unit
from adops.rules.targeting import DIMENSIONS, Dimension, Shape, validate_targeting

DIMENSION_LABELS = {
    "units": _("Units"),
    "apps": _("Publishers' apps"),
    "countries": _("Countries"),
    "regions": _("Regions"),
    "languages": _("Languages"),
    "genders": _("Genders"),
    "ages": _("Ages"),
    "platforms": _("Platforms"),
    "os_versions": _("Operating system's version"),
    "sdk_versions": _("SDK's version"),
    "device_makers": _("Device makers"),
    "device_models": _("Device models"),
    "carriers": _("Carriers"),
    "networks": _("Networks"),
    "packages": _("Installed apps"),
    "segments": _("Segments"),
    "interests": _("Interests"),
    "geo": _("Places"),
    "user_age": _("New or returning"),
    "key_values": _("Key-values"),
}
_MEMBER_LABELS = {
    "allow": _("only"),
    "deny": _("never"),
    "any": _("one of"),
    "all": _("all of"),
    "none": _("none of"),
    "min": _("from"),
    "max": _("to"),
}
_CHOICE_LABELS = {
    "M": _("men"),
    "F": _("women"),
    "X": _("others"),
    "android": "Android",
    "ios": "iOS",
    "web": _("web"),
    "wifi": "Wi-Fi",
    "cellular": _("cellular"),
    "other": _("other"),
    "new": _("new: first seen less than seven days ago"),
    "returning": _("returning"),
}
_HELP = {
    "countries": _("Two letters, separated by commas: KR, JP."),
    "regions": _("ISO 3166-2, separated by commas: KR-11, KR-26."),
    "languages": _("Separated by commas: ko, en."),
    "ages": _("Both ends included: 18-24, 35-, -12."),
    "os_versions": _("Such as 14 or 9.1; both ends included."),
    "sdk_versions": _("Such as 3.2.1; both ends included."),
    "geo": _("One a line: latitude, longitude, radius, as in 37.5665, 126.978, 5 km."),
    "key_values": _("One a line: plan = gold, silver or plan != trial."),
}
_SEPARATED = _("Separated by commas.")
_UPPER = ("countries", "regions")
_LOWER = ("languages",)

PREFIX = "targeting_"


def field_name(dimension: str, member: str = "") -> str:
    return f"{PREFIX}{dimension}_{member}" if member else f"{PREFIX}{dimension}"


def is_targeting_field(name: str) -> bool:
    return name in TARGETING_FIELDS


def condition_of(targeting: dict[str, Any], name: str) -> Any:
    """What a targeting has for a field; None for nothing."""
    dimension, member = _PLACES[name]
    condition = targeting.get(dimension)
    return ((condition or {}).get(member) if member else condition) or None


def _label(dimension: Dimension, member: str) -> Any:
    label = DIMENSION_LABELS[dimension.name]
    return format_lazy("{}: {}", label, _MEMBER_LABELS[member]) if member else label


def _choices(dimension: Dimension) -> list[tuple[str, Any]]:
    return [(choice, _CHOICE_LABELS[choice]) for choice in dimension.choices]


def _list_field(dimension: Dimension, member: str) -> forms.Field:
    label = _label(dimension, member)
    if dimension.choices or dimension.name == "units":
        return forms.MultipleChoiceField(
            label=label,
            choices=_choices(dimension),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    return ListField(
        label=label,
        rule=dimension.rule,
        upper=dimension.name in _UPPER,
        lower=dimension.name in _LOWER,
        help_text=_HELP.get(dimension.name, _SEPARATED),
    )


def _version_field(dimension: Dimension, member: str) -> forms.Field:
    return forms.CharField(
        label=_label(dimension, member),
        validators=[dimension.rule],
        required=False,
        help_text=_HELP[dimension.name],
    )


def _fields_of(dimension: Dimension) -> dict[str, forms.Field]:
    if dimension.shape in (Shape.ALLOW_DENY, Shape.SET, Shape.VERSIONS):
        make = _version_field if dimension.shape is Shape.VERSIONS else _list_field
        return {
            field_name(dimension.name, member): make(dimension, member)
            for member in dimension.shape.members
        }
    label, help_text = DIMENSION_LABELS[dimension.name], _HELP.get(dimension.name, "")
    options = {"label": label, "help_text": help_text, "required": False}
    lines = forms.Textarea(attrs={"rows": 2, "cols": 60})
    if dimension.shape is Shape.AGES:
        field = TextBackedField(
            format_value=texts.format_ages, parse=texts.parse_ages, empty=[], **options
        )
    elif dimension.shape is Shape.CIRCLES:
        field = TextBackedField(
            format_value=texts.format_circles,
            parse=texts.parse_circles,
            empty=[],
            widget=lines,
            **options,
        )
    elif dimension.shape is Shape.KEY_VALUES:
        field = TextBackedField(
            format_value=texts.format_key_values,
            parse=texts.parse_key_values,
            empty={},
            widget=lines,
            **options,
        )
    else:
        choices = [("", _("everybody")), *_choices(dimension)]
        field = forms.ChoiceField(choices=choices, **options)
    return {field_name(dimension.name): field}


class _TargetingForm(KeepsUntouched):
    """Reads the conditions of an item into fields, and writes them back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in TARGETING_FIELDS:
            self.initial.setdefault(name, condition_of(self.instance.targeting, name))
        self._offer_units()

    def _offer_units(self) -> None:
        names = [field_name("units", member) for member in DIMENSIONS["units"].shape.members]
        # A form that may only be read has no fields.
        shown = [name for name in names if name in self.fields]
        if not shown:
            return
        offered = {unit.public_id: str(unit) for unit in Unit.objects.all()}
        for name in shown:
            # A unit that is gone stays chosen until somebody takes it out.
            chosen = {public_id: public_id for public_id in self.initial[name] or []}
            self.fields[name].choices = list({**chosen, **offered}.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            targeting = {
                dimension.name: condition
                for dimension in DIMENSIONS.values()
                if (condition := self._condition(dimension))
            }
            validate_targeting(targeting)
            self.instance.targeting = targeting
        return cleaned

    def _condition(self, dimension: Dimension) -> Any:
        if not dimension.shape.members:
            return self._value(field_name(dimension.name))
        members = {
            member: self._value(field_name(dimension.name, member))
            for member in dimension.shape.members
        }
        return {member: value for member, value in members.items() if value}

    def _value(self, name: str) -> Any:
        return self.initial.get(name) if self.is_untouched(name) else self.cleaned_data.get(name)


# The dimension and the member that each field is for.
_PLACES = {
    field_name(dimension.name, member): (dimension.name, member)
    for dimension in DIMENSIONS.values()
    for member in dimension.shape.members or ("",)
}
TARGETING_FIELDS = {
    name: field
    for dimension in DIMENSIONS.values()
    for name, field in _fields_of(dimension).items()
}
TargetingForm = type(_TargetingForm)("TargetingForm", (_TargetingForm,), dict(TARGETING_FIELDS))
