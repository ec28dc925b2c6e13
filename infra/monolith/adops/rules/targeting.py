"""What a row's targeting may hold: a condition for each dimension of the kernel's table."""

from collections.abc import Callable
from functools import partial

from adops.rules.lists import (
    Rule,
    require_integer,
    require_list,
    require_mapping,
    require_object,
    validate_texts,
)
from adops.rules.schedule import U32_MAX
from adops.rules.vocabulary import require
from kernel.dimensions import DIMENSION_BY_FIELD, Dimension, Shape
from kernel.vocabulary.integers import AGE_MAX
from kernel.vocabulary.position import (
    LATITUDE_DEGREES_MAX,
    LONGITUDE_DEGREES_MAX,
    MICRODEGREES_PER_DEGREE,
)

_AGE_MEMBERS = frozenset({"min", "max"})
_CIRCLE_MEMBERS = frozenset({"latitude_microdegrees", "longitude_microdegrees", "radius_meters"})


def validate_targeting(value: object) -> None:
    """An object of conditions, as in the catalog."""
    for field, condition in require_object(value, frozenset(DIMENSION_BY_FIELD)).items():
        dimension = DIMENSION_BY_FIELD[field]
        _CHECKS[dimension.shape](dimension, condition)


def rule_of(dimension: Dimension) -> Rule:
    """The rule for each text of a dimension's conditions."""
    if dimension.vocabulary is None:
        raise TypeError(f"conditions on {dimension.name} hold no texts")
    return partial(require, dimension.vocabulary)


def validate_circle(value: object) -> None:
    """A place on Earth and the radius around it."""
    members = require_object(value, _CIRCLE_MEMBERS)
    for name, degrees_max in (
        ("latitude_microdegrees", LATITUDE_DEGREES_MAX),
        ("longitude_microdegrees", LONGITUDE_DEGREES_MAX),
    ):
        limit = degrees_max * MICRODEGREES_PER_DEGREE
        require_integer(members.get(name), -limit, limit)
    require_integer(members.get("radius_meters"), 0, U32_MAX)


def _check_lists(dimension: Dimension, condition: object) -> None:
    members = require_object(condition, frozenset(dimension.shape.members))
    for values in members.values():
        validate_texts(values, rule_of(dimension))


def _check_versions(dimension: Dimension, condition: object) -> None:
    members = require_object(condition, frozenset(dimension.shape.members))
    versions = [version for version in members.values() if version is not None]
    validate_texts(versions, rule_of(dimension))


def _check_ages(_dimension: Dimension, condition: object) -> None:
    for ages in require_list(condition):
        for age in require_object(ages, _AGE_MEMBERS).values():
            if age is not None:
                require_integer(age, 0, AGE_MAX)


def _check_circles(_dimension: Dimension, condition: object) -> None:
    for circle in require_list(condition):
        validate_circle(circle)


def _check_word(dimension: Dimension, condition: object) -> None:
    if condition is not None:
        validate_texts([condition], rule_of(dimension))


def _check_key_values(dimension: Dimension, condition: object) -> None:
    rule = rule_of(dimension)
    for key, lists in require_mapping(condition).items():
        rule(key)
        for values in require_object(lists, frozenset(Shape.ALLOW_DENY.members)).values():
            validate_texts(values, rule)


_CHECKS: dict[Shape, Callable[[Dimension, object], None]] = {
    Shape.ALLOW_DENY: _check_lists,
    Shape.FOLDED_ALLOW_DENY: _check_lists,
    Shape.SET: _check_lists,
    Shape.VERSIONS: _check_versions,
    Shape.AGES: _check_ages,
    Shape.CIRCLES: _check_circles,
    Shape.WORD: _check_word,
    Shape.KEY_VALUES: _check_key_values,
}
