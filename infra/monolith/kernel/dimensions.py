"""The dimensions of targeting: what a line item or a content may ask of a request.

One row a dimension, in the order in which the rules are checked. The check of a request, the
rejection's name, the admin's form and the request's parameter follow from the row.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from kernel.vocabulary.codes import COUNTRY, LANGUAGE, REGION
from kernel.vocabulary.device import NETWORK, PLATFORM
from kernel.vocabulary.form import Vocabulary
from kernel.vocabulary.gender import GENDER
from kernel.vocabulary.identifier import IDENTIFIER
from kernel.vocabulary.text import SHORT_TEXT
from kernel.vocabulary.user_age import USER_AGE
from kernel.vocabulary.version import VERSION


class Shape(Enum):
    """What a condition consists of."""

    # Values to allow and values to deny.
    ALLOW_DENY = "allow_deny"
    # The same for free texts, whose ASCII letters count in either case.
    FOLDED_ALLOW_DENY = "folded_allow_deny"
    # What a list of the request must have in common with the condition's lists.
    SET = "set"
    # A lowest and a highest version, both included.
    VERSIONS = "versions"
    # A list of ranges of ages in years.
    AGES = "ages"
    # A list of circles on Earth.
    CIRCLES = "circles"
    # One word.
    WORD = "word"
    # Values to allow and to deny for each of some keys.
    KEY_VALUES = "key_values"

    @property
    def members(self) -> tuple[str, ...]:
        """The members of a condition that is an object of them; none for another one."""
        return _MEMBERS.get(self, ())


_MEMBERS = {
    Shape.ALLOW_DENY: ("allow", "deny"),
    Shape.FOLDED_ALLOW_DENY: ("allow", "deny"),
    Shape.SET: ("any", "all", "none"),
    Shape.VERSIONS: ("min", "max"),
}


class Group(Enum):
    """What a dimension is about; the admin shows each group together."""

    WHO = "who"
    WHERE = "where"
    DEVICE = "device"
    KEY_VALUES = "key-values"


@dataclass(frozen=True)
class Dimension:
    """One dimension of targeting."""

    # Of the rule, of the rejection, and of the attribute that the rule looks at.
    name: str
    # The member of a row's `targeting` that holds the condition.
    field: str
    shape: Shape
    # Of the condition's values; none where they are numbers.
    vocabulary: Vocabulary[Any] | None
    # The dimension's name in the admin, in English, of which the admin has translations.
    label: str
    group: Group
    # The parameter of a request that is compared, or that the compared value is derived from; none
    # where the value comes from elsewhere, or from two parameters.
    parameter: str | None = None
    # How many values the parameter may have, if it is a list.
    values_max: int | None = None
    # Whether it describes the person: under limit-ad-tracking a request has none of it.
    is_personal: bool = False
    # The attribute of a query that holds the compared value, where it has another name than the parameter.
    attribute: str | None = None

    @property
    def query_attribute(self) -> str:
        """The attribute of a query that holds the compared value."""
        return self.attribute or self.parameter or self.name


_WHO, _WHERE, _DEVICE = Group.WHO, Group.WHERE, Group.DEVICE
# The limits of two lists of a request.
_LABELS_MAX = 64
_PACKAGES_MAX = 200


def _exact(name: str, field: str, values: Vocabulary[str], label: str, group: Group) -> Dimension:
    """Lists of exact values, compared with the parameter of the dimension's name."""
    return Dimension(name, field, Shape.ALLOW_DENY, values, label, group, name)


def _text(name: str, field: str, label: str) -> Dimension:
    """Lists of free texts about the device, compared with the parameter of the dimension's name."""
    return Dimension(name, field, Shape.FOLDED_ALLOW_DENY, SHORT_TEXT, label, _DEVICE, name)


def _version(name: str, field: str, label: str) -> Dimension:
    """A range of versions, compared with the parameter of the dimension's name."""
    return Dimension(name, field, Shape.VERSIONS, VERSION, label, _DEVICE, name)


def _list(name: str, label: str, group: Group, values_max: int, is_personal: bool = False) -> Dimension:
    """Lists of free texts, compared with the list parameter of the dimension's name."""
    return Dimension(name, name, Shape.SET, SHORT_TEXT, label, group, name, values_max, is_personal)


DIMENSIONS = (
    Dimension("unit", "units", Shape.ALLOW_DENY, IDENTIFIER, "Units", _WHERE, "unit_id"),
    Dimension("app", "apps", Shape.ALLOW_DENY, IDENTIFIER, "Publishers' apps", _WHERE),
    _exact("country", "countries", COUNTRY, "Countries", _WHO),
    _exact("region", "regions", REGION, "Regions", _WHERE),
    _exact("language", "languages", LANGUAGE, "Languages", _WHO),
    _exact("gender", "genders", GENDER, "Genders", _WHO),
    Dimension("age", "ages", Shape.AGES, None, "Ages", _WHO, "birth_year"),
    _exact("platform", "platforms", PLATFORM, "Platforms", _DEVICE),
    _version("os_version", "os_versions", "Operating system's version"),
    _version("sdk_version", "sdk_versions", "SDK's version"),
    _text("device_maker", "device_makers", "Device makers"),
    _text("device_model", "device_models", "Device models"),
    _text("carrier", "carriers", "Carriers"),
    _exact("network", "networks", NETWORK, "Networks", _DEVICE),
    _list("packages", "Installed apps", _DEVICE, _PACKAGES_MAX),
    _list("segments", "Segments", _WHO, _LABELS_MAX, is_personal=True),
    _list("interests", "Interests", _WHO, _LABELS_MAX, is_personal=True),
    Dimension("geo", "geo", Shape.CIRCLES, None, "Places", _WHERE, is_personal=True, attribute="position"),
    Dimension("user_age", "user_age", Shape.WORD, USER_AGE, "New or returning", _WHO),
    Dimension(
        "key_values",
        "key_values",
        Shape.KEY_VALUES,
        SHORT_TEXT,
        "Key-values",
        Group.KEY_VALUES,
        "kv",
    ),
)
DIMENSION_BY_FIELD = {dimension.field: dimension for dimension in DIMENSIONS}
