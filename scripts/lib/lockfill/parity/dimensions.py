"""What random catalogs target, and what random requests say about it: one row a dimension.

A new dimension is one row here. `tests/end-to-end/test_parity.py` holds the rows to the catalog's schema.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import pools
from .pools import Chance, now_and_then, some

_CASES: list[Callable[[str], str]] = [str.upper, str.lower, str]


@dataclass(frozen=True)
class Dimension:
    """A condition in a catalog, and the parameter of a request that it is about."""

    condition: str
    # A random condition, for a catalog.
    draw_condition: Callable[[Chance], Any]
    # Empty where no parameter stands for the dimension alone: the app, for one, follows from the unit.
    parameter: str = ""
    draw_parameter: Callable[[Chance], Any] | None = None
    # What the condition allows and denies; empty for conditions of another shape.
    values: tuple[str, ...] = ()

    @property
    def is_allow_deny(self) -> bool:
        return bool(self.values)


def targeting(chance: Chance) -> dict[str, Any]:
    """Random targeting: no condition for half of all items, few for the others, or nothing would be shown."""
    count = chance.choice([0, 0, 0, 0, 0, 1, 1, 1, 2, 3])
    return {name: _CONDITIONS[name](chance) for name in chance.sample(sorted(_CONDITIONS), count)}


def _of_unit(condition: str, values: list[str]) -> Dimension:
    """A property of the unit, which requests send by the unit's id alone."""
    return Dimension(condition, _allow_deny(values), values=tuple(values))


def _listed(condition: str, parameter: str, values: list[str]) -> Dimension:
    """One of a few words, written in one way."""
    return Dimension(
        condition, _allow_deny(values), parameter, lambda chance: chance.choice(values), tuple(values)
    )


def _any_case(condition: str, parameter: str, values: list[str]) -> Dimension:
    """A code or a name that requests may write in any case."""

    def draw(chance: Chance) -> str:
        change = chance.choice(_CASES)
        return change(chance.choice(values))

    return Dimension(condition, _allow_deny(values), parameter, draw, tuple(values))


def _version(condition: str, parameter: str) -> Dimension:
    return Dimension(condition, _version_range, parameter, lambda chance: chance.choice(pools.VERSIONS))


def _words(name: str) -> Dimension:
    """A set of words, of which conditions want any, all or none."""
    return Dimension(name, _set_condition, name, lambda chance: some(chance, pools.WORDS))


def _allow_deny(values: list[str]) -> Callable[[Chance], dict[str, Any]]:
    def draw(chance: Chance) -> dict[str, Any]:
        sides = chance.choice([["allow"], ["allow"], ["deny"], ["allow", "deny"], []])
        # An empty list is no condition, as is a missing one.
        return {side: some(chance, values) if now_and_then(chance, 0.95) else [] for side in sides}

    return draw


def _set_condition(chance: Chance) -> dict[str, Any]:
    sides = chance.choice([["any"], ["all"], ["none"], ["any", "none"], ["any", "all", "none"], []])
    return {side: some(chance, pools.WORDS, 2) for side in sides}


def _version_range(chance: Chance) -> dict[str, Any]:
    sides = chance.choice([["min"], ["max"], ["min", "max"], []])
    return {side: chance.choice([*pools.VERSIONS, None]) for side in sides}


def _ages(chance: Chance) -> list[dict[str, Any]]:
    ages: list[dict[str, Any]] = [
        {"min": 20, "max": 29},
        {"min": 36},
        {"max": 0},
        {"min": 18, "max": 18},
        {},
        {"min": None, "max": 40},
    ]
    return some(chance, ages, 2)


def _circles(chance: Chance) -> list[dict[str, Any]]:
    circles = []
    for latitude, longitude in some(chance, pools.PLACES, 2):
        radius = chance.choice([0, 1, 1_000, 25_000, 20_000_000])
        circle = {"latitude_microdegrees": latitude, "longitude_microdegrees": longitude}
        circles.append({**circle, "radius_meters": radius})
    return circles


def _key_values(chance: Chance) -> dict[str, Any]:
    condition = _allow_deny(pools.VALUES)
    return {key: condition(chance) for key in some(chance, pools.KEYS, 2)}


# In this order requests draw their parameters: a row in the middle changes what a seed asks.
DIMENSIONS = (
    _of_unit("units", pools.UNITS),
    _of_unit("apps", pools.APPS),
    _any_case("countries", "country", ["KR", "US", "IN", "WS", "JP"]),
    _any_case("regions", "region", ["KR-11", "US-NY", "US-CA", "IN-MH"]),
    _any_case("languages", "language", pools.LANGUAGES),
    _listed("genders", "gender", ["M", "F", "X"]),
    Dimension("ages", _ages, "birth_year", lambda chance: chance.choice([1900, 1990, 2006, "2008", 2026])),
    _listed("platforms", "platform", ["android", "ios", "web"]),
    _version("os_versions", "os_version"),
    _version("sdk_versions", "sdk_version"),
    _any_case("device_makers", "device_maker", ["Samsung", "SAMSUNG", "Apple", "애플", "Ärger"]),
    _any_case("device_models", "device_model", ["SM-S921N", "sm-s921n", "iPhone17,1", "폴드 6"]),
    _any_case("carriers", "carrier", ["SKT", "skt", "소나기", "Jio 5G"]),
    _listed("networks", "network", ["wifi", "cellular", "other"]),
    _words("interests"),
    _words("segments"),
    _words("packages"),
    # For these, requests send several parameters or none; `questions` draws them.
    Dimension("geo", _circles),
    Dimension("user_age", lambda chance: chance.choice(["new", "returning", None])),
    Dimension("key_values", _key_values),
)
_CONDITIONS = {dimension.condition: dimension.draw_condition for dimension in DIMENSIONS}
