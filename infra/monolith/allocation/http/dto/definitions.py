"""The parameters of an allocation request, as data: one row each.

A dimension of targeting has its row in `kernel.dimensions`, which says the parameter's vocabulary
and how many values it may have; here are the parameters besides. Each table is in the order in
which a problem document names parameters that are wrong.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from allocation.http.dto import values
from allocation.models.time.zones import parse_zone
from kernel.dimensions import DIMENSIONS, Dimension
from kernel.vocabulary.form import Normalized
from kernel.vocabulary.identifier import IDENTIFIER
from kernel.vocabulary.integers import COUNT, birth_year_max, birth_years
from kernel.vocabulary.position import LATITUDE as LATITUDES
from kernel.vocabulary.position import LONGITUDE as LONGITUDES
from kernel.vocabulary.text import SHORT_TEXT, USER_ID

# How far the clocks of the zone where a day begins first are ahead of UTC.
_SHOWN_MAX = 100

KEY_VALUES = "kv"
# In front of a key's name where a key-value is a parameter of its own.
KEY_VALUE_PREFIX = "kv."
KEY_VALUES_MAX = 20


class Parameter(NamedTuple):
    """One parameter, and the attribute of a query that it becomes."""

    name: str
    # Of a query; a parameter that becomes none has its own name here.
    attribute: str
    # Reads one value of a request received at an instant. Raises ValueError with what it must be.
    parse: Callable[[str, int], Any]
    # How many values a list may have; None for a parameter that has one value.
    values_max: int | None = None
    is_required: bool = False
    # Brings a value of a device that cannot be changed any more as near to its form as it can be.
    normalize: Callable[[str], Normalized] = Normalized


def _timeless(parse: Callable[[str], Any]) -> Callable[[str, int], Any]:
    return lambda text, _now: parse(text)


def _birth_year(text: str, now: int) -> int:
    """A year until the one that it already is somewhere on Earth."""
    return birth_years(birth_year_max(now)).parse(text)


def _of_dimension(dimension: Dimension) -> Parameter:
    name, vocabulary = dimension.parameter or dimension.name, dimension.vocabulary
    # Ages in conditions are numbers; a request has the year of birth instead.
    parse = _birth_year if vocabulary is None else _timeless(vocabulary.parse)
    normalize = Normalized if vocabulary is None else vocabulary.normalize
    return Parameter(name, name, parse, dimension.values_max, normalize=normalize)


_UNIT_ID = Parameter("unit_id", "unit_id", _timeless(IDENTIFIER.parse), is_required=True)
_USER_ID = Parameter("user_id", "user_id", _timeless(USER_ID.parse), is_required=True)
_DEVICE_ID = Parameter("device_id", "device_id", _timeless(SHORT_TEXT.parse))
_TIME_ZONE = Parameter("timezone", "zone", _timeless(parse_zone))
_SENT = tuple(
    _of_dimension(dimension)
    for dimension in DIMENSIONS
    if dimension.parameter not in (None, _UNIT_ID.name, KEY_VALUES)
)
_LISTS = tuple(parameter for parameter in _SENT if parameter.values_max is not None)
_SCALARS = tuple(parameter for parameter in _SENT if parameter.values_max is None)

# What describes the placement, the user and the device.
ATTRIBUTES = (
    _UNIT_ID,
    _USER_ID,
    _DEVICE_ID,
    *_SCALARS,
    _TIME_ZONE,
    # Documents name the lists of a request from the last rule to the first.
    *reversed(_LISTS),
)
# A position is both or none.
LATITUDE = Parameter("lat", "lat", _timeless(LATITUDES.parse))
LONGITUDE = Parameter("lon", "lon", _timeless(LONGITUDES.parse))
# Every value of a key-value, whatever its key is.
KEY_VALUE = Parameter(KEY_VALUES, "key_values", _timeless(SHORT_TEXT.parse))


def _boolean(name: str) -> Parameter:
    return Parameter(name, name, _timeless(values.boolean), normalize=values.normalized_boolean)


OPT_OUT = _boolean("limit_ad_tracking")
OPTIONS = (
    Parameter("count", "count", _timeless(COUNT.parse), normalize=COUNT.normalize),
    Parameter("shown", "shown", _timeless(values.shown), values_max=_SHOWN_MAX),
)
# With the debug token alone.
EXPLAIN = Parameter("explain", "explain", _timeless(values.explain))
NOW = Parameter("now", "now", _timeless(values.instant))
# For developers: whether mistakes are refused that a device could not mend.
STRICT = _boolean("strict")

PARAMETERS = (
    *(*ATTRIBUTES, LATITUDE, LONGITUDE, KEY_VALUE),
    *(OPT_OUT, *OPTIONS, EXPLAIN, NOW, STRICT),
)
LISTS = frozenset(one.name for one in PARAMETERS if one.values_max is not None)
SCALARS = frozenset(one.name for one in PARAMETERS if one.values_max is None) - {KEY_VALUES}
# The attributes that a query has none of under limit-ad-tracking, because they describe the person.
PERSONAL_ATTRIBUTES = (
    _DEVICE_ID.attribute,
    *(dimension.query_attribute for dimension in DIMENSIONS if dimension.is_personal),
)
