"""Reads the targeting of a row."""

from typing import Any

from allocation.catalog.shapes import (
    I16,
    I32,
    TEXTS,
    U32,
    Field,
    choice,
    list_of,
    optional,
    record,
    text,
)
from allocation.catalog.targeting.age_range import AgeRange, Ages
from allocation.catalog.targeting.allow_deny import AllowDeny, fold
from allocation.catalog.targeting.circle import Circle, Circles
from allocation.catalog.targeting.key_values import KeyValues
from allocation.catalog.targeting.set_condition import SetCondition
from allocation.catalog.targeting.user_age import NEW, RETURNING, UserAge
from allocation.catalog.targeting.version_range import VersionRange, parse_version
from allocation.decision.targeting import Targeting
from allocation.models.distance import Position

GENDERS = ("M", "F", "X")
PLATFORMS = ("android", "ios", "web")
NETWORKS = ("wifi", "cellular", "other")

_allow_deny = record({"allow": TEXTS, "deny": TEXTS}, closed=True)
_set_condition = record({"any": TEXTS, "all": TEXTS, "none": TEXTS}, closed=True)
_version_range = record(
    {
        "min": optional(lambda value: parse_version(text(value))),
        "max": optional(lambda value: parse_version(text(value))),
    },
    closed=True,
)
_age_range = record({"min": optional(I16), "max": optional(I16)}, closed=True)
_circle = record(
    {
        "latitude_microdegrees": Field(I32),
        "longitude_microdegrees": Field(I32),
        "radius_meters": Field(U32),
    },
    closed=True,
)
_user_age = choice(NEW, RETURNING)


def _texts(value: Any) -> AllowDeny:
    return AllowDeny(**_allow_deny(value))


def _folded(value: Any) -> AllowDeny:
    return AllowDeny(**_allow_deny(value), normalize=fold)


def _one_of(*words: str) -> Field:
    words_or_nothing = Field(list_of(choice(*words)), ())
    read = record({"allow": words_or_nothing, "deny": words_or_nothing}, closed=True)
    return Field(lambda value: AllowDeny(**read(value)), None)


def _set(value: Any) -> SetCondition:
    parts = _set_condition(value)
    return SetCondition(parts["any"], parts["all"], parts["none"])


def _versions(value: Any) -> VersionRange:
    return VersionRange(**_version_range(value))


def _read_circle(value: Any) -> Circle:
    circle = _circle(value)
    center = Position(circle["latitude_microdegrees"], circle["longitude_microdegrees"])
    return Circle(center, circle["radius_meters"])


def _key_values(value: Any) -> KeyValues:
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    return KeyValues((key, _texts(value[key])) for key in sorted(value))


_targeting = record(
    {
        "units": Field(_texts, None),
        "apps": Field(_texts, None),
        "countries": Field(_texts, None),
        "regions": Field(_texts, None),
        "languages": Field(_texts, None),
        "genders": _one_of(*GENDERS),
        "ages": Field(
            lambda value: Ages(list_of(lambda one: AgeRange(**_age_range(one)))(value)), None
        ),
        "platforms": _one_of(*PLATFORMS),
        "os_versions": Field(_versions, None),
        "sdk_versions": Field(_versions, None),
        "device_makers": Field(_folded, None),
        "device_models": Field(_folded, None),
        "carriers": Field(_folded, None),
        "networks": _one_of(*NETWORKS),
        "packages": Field(_set, None),
        "segments": Field(_set, None),
        "interests": Field(_set, None),
        "geo": Field(lambda value: Circles(list_of(_read_circle)(value)), None),
        "user_age": Field(lambda value: UserAge(None if value is None else _user_age(value)), None),
        "key_values": Field(_key_values, None),
    },
    closed=True,
)


def read_targeting(value: Any) -> Targeting:
    """Reads every condition. One that is not known here is refused, because ignoring it would show
    an item to people for whom it is not meant.
    """
    return Targeting(_targeting(value))
