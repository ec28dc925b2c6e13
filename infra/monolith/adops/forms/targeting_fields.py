"""The fields of a form for targeting: one for each list of each dimension of the kernel's table."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adops.forms import texts
from adops.forms.fields import ListField, TextBackedField
from adops.labels import Label, dimension_label
from adops.rules.known_codes import require_known_country, require_known_language, require_known_region
from adops.rules.targeting import rule_of
from adops.rules.vocabulary import canonical
from kernel.dimensions import DIMENSIONS, Dimension, Shape
from kernel.vocabulary.codes import COUNTRY, LANGUAGE, REGION

_MEMBER_LABELS = {
    "allow": _("only"),
    "deny": _("never"),
    "any": _("one of"),
    "all": _("all of"),
    "none": _("none of"),
    "min": _("from"),
    "max": _("to"),
}
_WORD_LABELS = {
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
_HELP_BY_SHAPE = {
    Shape.AGES: _("Both ends included: 18-24, 35-, -12."),
    Shape.VERSIONS: _("Such as 14 or 9.1.2; both ends included."),
    Shape.CIRCLES: _("One a line: latitude, longitude, radius, as in 37.5665, 126.978, 5 km."),
    Shape.KEY_VALUES: _("One a line: plan = gold, silver or plan != trial."),
}
_HELP_BY_VOCABULARY = {
    COUNTRY.name: _("Two letters, separated by commas: KR, JP."),
    REGION.name: _("ISO 3166-2, separated by commas: KR-11, KR-26."),
    LANGUAGE.name: _("Separated by commas: ko, en."),
}
# Codes that exist.
_KNOWN = {
    COUNTRY.name: require_known_country,
    REGION.name: require_known_region,
    LANGUAGE.name: require_known_language,
}
_SEPARATED = _("Separated by commas.")
# Its values are chosen among the rows of units.
UNIT = "unit"

PREFIX = "targeting_"


def field_name(dimension: Dimension, member: str = "") -> str:
    name = f"{PREFIX}{dimension.field}"
    return f"{name}_{member}" if member else name


def field_names(dimension: Dimension) -> tuple[str, ...]:
    """The form's fields for a dimension, in the order of its members."""
    return tuple(field_name(dimension, member) for member in dimension.shape.members or ("",))


def is_targeting_field(name: str) -> bool:
    return name in TARGETING_FIELDS


def condition_of(targeting: dict[str, Any], name: str) -> Any:
    """The part of a targeting that a field of the form shows; None if it has none."""
    field, member = _PLACES[name]
    condition = targeting.get(field)
    return ((condition or {}).get(member) if member else condition) or None


def place_of(name: str) -> tuple[str, str]:
    """The condition of a targeting that a field of the form is for, and the member of it, which may be
    empty.
    """
    return _PLACES[name]


def _field_label(dimension: Dimension, member: str) -> Label:
    label = dimension_label(dimension)
    return format_lazy("{}: {}", label, _MEMBER_LABELS[member]) if member else label


def _help_of(dimension: Dimension) -> Label:
    if dimension.shape in _HELP_BY_SHAPE:
        return _HELP_BY_SHAPE[dimension.shape]
    name = dimension.vocabulary.name if dimension.vocabulary else ""
    return _HELP_BY_VOCABULARY.get(name, _SEPARATED)


def _choices(dimension: Dimension) -> list[tuple[str, Label]]:
    words = dimension.vocabulary.words if dimension.vocabulary else ()
    # A word without a label is shown as it is.
    return [(word, _WORD_LABELS.get(word, word)) for word in words]


def _list_field(dimension: Dimension, member: str) -> forms.Field:
    label, vocabulary = _field_label(dimension, member), dimension.vocabulary
    if vocabulary is None or vocabulary.words or dimension.name == UNIT:
        return forms.MultipleChoiceField(
            label=label,
            choices=_choices(dimension),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    require_known = _KNOWN.get(vocabulary.name)

    def read(typed: str) -> str:
        value = canonical(vocabulary, typed)
        if require_known:
            require_known(value)
        return value

    return ListField(
        label=label,
        read=read,
        help_text=_help_of(dimension),
    )


def _version_field(dimension: Dimension, member: str) -> forms.Field:
    return forms.CharField(
        label=_field_label(dimension, member),
        validators=[rule_of(dimension)],
        required=False,
        help_text=_help_of(dimension),
    )


def _ages_field(**options: Any) -> forms.Field:
    return TextBackedField(format_value=texts.format_ages, parse=texts.parse_ages, empty=[], **options)


def _circles_field(**options: Any) -> forms.Field:
    return TextBackedField(
        format_value=texts.format_circles,
        parse=texts.parse_circles,
        empty=[],
        widget=_lines(),
        **options,
    )


def _key_values_field(**options: Any) -> forms.Field:
    return TextBackedField(
        format_value=texts.format_key_values,
        parse=texts.parse_key_values,
        empty={},
        widget=_lines(),
        **options,
    )


def _lines() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 2, "cols": 60})


_MEMBER_FIELDS: dict[Shape, Callable[[Dimension, str], forms.Field]] = {
    Shape.ALLOW_DENY: _list_field,
    Shape.FOLDED_ALLOW_DENY: _list_field,
    Shape.SET: _list_field,
    Shape.VERSIONS: _version_field,
}
_WHOLE_FIELDS: dict[Shape, Callable[..., forms.Field]] = {
    Shape.AGES: _ages_field,
    Shape.CIRCLES: _circles_field,
    Shape.KEY_VALUES: _key_values_field,
}


def _fields_of(dimension: Dimension) -> dict[str, forms.Field]:
    if dimension.shape.members:
        make = _MEMBER_FIELDS[dimension.shape]
        return {field_name(dimension, member): make(dimension, member) for member in dimension.shape.members}
    label = dimension_label(dimension)
    if dimension.shape is Shape.WORD:
        choices = [("", _("all users")), *_choices(dimension)]
        field: forms.Field = forms.ChoiceField(label=label, choices=choices, required=False)
    else:
        make_whole = _WHOLE_FIELDS[dimension.shape]
        field = make_whole(label=label, help_text=_help_of(dimension), required=False)
    return {field_name(dimension): field}


# The condition and the member of it that each field of the form is for.
_PLACES = {
    field_name(dimension, member): (dimension.field, member)
    for dimension in DIMENSIONS
    for member in dimension.shape.members or ("",)
}
TARGETING_FIELDS = {name: field for dimension in DIMENSIONS for name, field in _fields_of(dimension).items()}
