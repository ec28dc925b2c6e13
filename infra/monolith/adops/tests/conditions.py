"""A condition for every dimension of targeting, as a row holds it."""

from typing import Any

from kernel.dimensions import DIMENSIONS, Dimension, Shape
from kernel.vocabulary.codes import COUNTRY, LANGUAGE, REGION
from kernel.vocabulary.identifier import IDENTIFIER

# Two values that a condition may hold, by vocabulary.
_VALUES = {
    IDENTIFIER.name: ("u-1", "u-gone"),
    COUNTRY.name: ("KR", "JP"),
    REGION.name: ("KR-11", "JP-13"),
    LANGUAGE.name: ("ko", "en"),
}
# Commas, quotation marks and spaces belong to the value.
_TEXTS = ("LG, Inc.", '5" phone')


def every_condition() -> dict[str, Any]:
    """Every member of every condition has values, some of them hard to type."""
    return {dimension.field: _condition(dimension) for dimension in DIMENSIONS}


def _condition(dimension: Dimension) -> Any:
    first, second = _values(dimension)
    return {
        Shape.ALLOW_DENY: {"allow": [first], "deny": [second]},
        Shape.FOLDED_ALLOW_DENY: {"allow": [first, "Samsung"], "deny": [second]},
        Shape.SET: {"any": [first, "b"], "all": ["c"], "none": [second]},
        Shape.VERSIONS: {"min": "9.1", "max": "14"},
        Shape.AGES: [{"min": 18, "max": 24}, {"min": 35}, {"max": 12}, {"min": 40, "max": 40}, {}],
        Shape.CIRCLES: [
            {
                "latitude_microdegrees": 37_566_500,
                "longitude_microdegrees": -126_978_001,
                "radius_meters": 500,
            }
        ],
        Shape.WORD: first,
        Shape.KEY_VALUES: {"plan": {"allow": ["gold", "silver"], "deny": ["trial"]}},
    }[dimension.shape]


def _values(dimension: Dimension) -> tuple[str, str]:
    vocabulary = dimension.vocabulary
    if vocabulary is None:
        return _TEXTS
    first, second, *_ = vocabulary.words or _VALUES.get(vocabulary.name, _TEXTS)
    return first, second
