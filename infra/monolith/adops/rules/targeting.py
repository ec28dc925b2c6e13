"""Whom an item is for: the dimensions of targeting, and what each may hold."""

from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adops.rules.codes import (
    validate_country,
    validate_id,
    validate_language,
    validate_region,
    validate_short_text,
    validate_version,
)
from adops.rules.lists import (
    Rule,
    require_integer,
    require_list,
    require_object,
    validate_texts,
)
from adops.rules.schedule import U32_MAX

AGE_MAX = 200


class Shape(Enum):
    """The members of a condition."""

    ALLOW_DENY = ("allow", "deny")
    SET = ("any", "all", "none")
    VERSIONS = ("min", "max")
    AGES = ()
    CIRCLES = ()
    CHOICE = ()
    KEY_VALUES = ()

    def __new__(cls, *members: str) -> "Shape":
        shape = object.__new__(cls)
        # Members alone would make shapes without any the same one.
        shape._value_ = len(cls.__members__)
        shape.members = members
        return shape


@dataclass(frozen=True)
class Dimension:
    """One condition of a targeting: its name, its shape, and what its values may be."""

    name: str
    shape: Shape
    rule: Rule | None = None
    choices: tuple[str, ...] = ()


DIMENSIONS = {
    dimension.name: dimension
    for dimension in (
        Dimension("units", Shape.ALLOW_DENY, validate_id),
        Dimension("apps", Shape.ALLOW_DENY, validate_id),
        Dimension("countries", Shape.ALLOW_DENY, validate_country),
        Dimension("regions", Shape.ALLOW_DENY, validate_region),
        Dimension("languages", Shape.ALLOW_DENY, validate_language),
        Dimension("genders", Shape.ALLOW_DENY, choices=("M", "F", "X")),
        Dimension("ages", Shape.AGES),
        Dimension("platforms", Shape.ALLOW_DENY, choices=("android", "ios", "web")),
        Dimension("os_versions", Shape.VERSIONS, validate_version),
        Dimension("sdk_versions", Shape.VERSIONS, validate_version),
        Dimension("device_makers", Shape.ALLOW_DENY, validate_short_text),
        Dimension("device_models", Shape.ALLOW_DENY, validate_short_text),
        Dimension("carriers", Shape.ALLOW_DENY, validate_short_text),
        Dimension("networks", Shape.ALLOW_DENY, choices=("wifi", "cellular", "other")),
        Dimension("packages", Shape.SET, validate_short_text),
        Dimension("segments", Shape.SET, validate_short_text),
        Dimension("interests", Shape.SET, validate_short_text),
        Dimension("geo", Shape.CIRCLES),
        Dimension("user_age", Shape.CHOICE, choices=("new", "returning")),
        Dimension("key_values", Shape.KEY_VALUES, validate_short_text),
    )
}

_AGE_MEMBERS = frozenset({"min", "max"})
_CIRCLE_MEMBERS = frozenset({"latitude_microdegrees", "longitude_microdegrees", "radius_meters"})


def validate_targeting(value: object) -> None:
    """An object of conditions, as in the catalog."""
    for name, condition in require_object(value, frozenset(DIMENSIONS)).items():
        _CHECKS[DIMENSIONS[name].shape](DIMENSIONS[name], condition)


def validate_circle(value: object) -> None:
    """A place on Earth and what is around it."""
    members = require_object(value, _CIRCLE_MEMBERS)
    require_integer(members.get("latitude_microdegrees"), -90_000_000, 90_000_000)
    require_integer(members.get("longitude_microdegrees"), -180_000_000, 180_000_000)
    require_integer(members.get("radius_meters"), 0, U32_MAX)


def _check_lists(dimension: Dimension, condition: object) -> None:
    members = require_object(condition, frozenset(dimension.shape.members))
    for values in members.values():
        validate_texts(values, dimension.rule or _one_of(dimension.choices))


def _one_of(choices: tuple[str, ...]) -> Rule:
    def rule(value: str) -> None:
        if value not in choices:
            raise ValidationError(
                _("“%(value)s” is none of %(choices)s."),
                params={"value": value, "choices": ", ".join(choices)},
            )

    return rule


def _check_versions(dimension: Dimension, condition: object) -> None:
    members = require_object(condition, frozenset(dimension.shape.members))
    validate_texts([version for version in members.values() if version is not None], dimension.rule)


def _check_ages(_dimension: Dimension, condition: object) -> None:
    for ages in require_list(condition):
        for age in require_object(ages, _AGE_MEMBERS).values():
            if age is not None:
                require_integer(age, 0, AGE_MAX)


def _check_circles(_dimension: Dimension, condition: object) -> None:
    for circle in require_list(condition):
        validate_circle(circle)


def _check_choice(dimension: Dimension, condition: object) -> None:
    if condition is not None:
        validate_texts([condition], _one_of(dimension.choices))


def _check_key_values(dimension: Dimension, condition: object) -> None:
    if not isinstance(condition, dict):
        raise ValidationError(_("This must be an object."))
    for lists in condition.values():
        for values in require_object(lists, frozenset(Shape.ALLOW_DENY.members)).values():
            validate_texts(values, dimension.rule)


_CHECKS = {
    Shape.ALLOW_DENY: _check_lists,
    Shape.SET: _check_lists,
    Shape.VERSIONS: _check_versions,
    Shape.AGES: _check_ages,
    Shape.CIRCLES: _check_circles,
    Shape.CHOICE: _check_choice,
    Shape.KEY_VALUES: _check_key_values,
}
