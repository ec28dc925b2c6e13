"""Random targeting: few conditions an item, or nothing would ever be shown; over many items all of them."""

from collections.abc import Callable
from typing import Any

from . import pools
from .pools import Chance, now_and_then, some


def targeting(chance: Chance) -> dict[str, Any]:
    """No condition for half, one or more for the others."""
    count = chance.choice([0, 0, 0, 0, 0, 1, 1, 1, 2, 3])
    return {name: CONDITIONS[name](chance) for name in chance.sample(sorted(CONDITIONS), count)}


def _allow_deny(values: list[str]) -> Callable[[Chance], dict[str, Any]]:
    def draw(chance: Chance) -> dict[str, Any]:
        sides = chance.choice([["allow"], ["allow"], ["deny"], ["allow", "deny"], []])
        # An empty list is no condition, as is a missing one.
        return {side: some(chance, values) if now_and_then(chance, 0.95) else [] for side in sides}

    return draw


def _set_condition(chance: Chance) -> dict[str, Any]:
    sides = chance.choice([["any"], ["all"], ["none"], ["any", "none"], ["any", "all", "none"], []])
    return {side: some(chance, pools.WORDS, 2) for side in sides}


def _versions(chance: Chance) -> dict[str, Any]:
    sides = chance.choice([["min"], ["max"], ["min", "max"], []])
    return {side: chance.choice([*pools.VERSIONS, None]) for side in sides}


def _ages(chance: Chance) -> list[dict[str, Any]]:
    ages = [
        {"min": 20, "max": 29},
        {"min": 36},
        {"max": 0},
        {"min": 18, "max": 18},
        {},
        {"min": None, "max": 40},
    ]
    return some(chance, ages, 2)


def _geo(chance: Chance) -> list[dict[str, Any]]:
    circles = []
    for latitude, longitude in some(chance, pools.PLACES, 2):
        radius = chance.choice([0, 1, 1_000, 25_000, 20_000_000])
        circle = {"latitude_microdegrees": latitude, "longitude_microdegrees": longitude}
        circles.append({**circle, "radius_meters": radius})
    return circles


def _key_values(chance: Chance) -> dict[str, Any]:
    condition = _allow_deny(pools.VALUES)
    return {key: condition(chance) for key in some(chance, pools.KEYS, 2)}


CONDITIONS: dict[str, Callable[[Chance], Any]] = {
    "units": _allow_deny(pools.UNITS),
    "apps": _allow_deny(pools.APPS),
    "countries": _allow_deny(pools.COUNTRIES),
    "regions": _allow_deny(pools.REGIONS),
    "languages": _allow_deny(pools.LANGUAGES),
    "genders": _allow_deny(pools.GENDERS),
    "ages": _ages,
    "platforms": _allow_deny(pools.PLATFORMS),
    "os_versions": _versions,
    "sdk_versions": _versions,
    "device_makers": _allow_deny(pools.MAKERS),
    "device_models": _allow_deny(pools.MODELS),
    "carriers": _allow_deny(pools.CARRIERS),
    "networks": _allow_deny(pools.NETWORKS),
    "packages": _set_condition,
    "segments": _set_condition,
    "interests": _set_condition,
    "geo": _geo,
    "user_age": lambda chance: chance.choice(["new", "returning", None]),
    "key_values": _key_values,
}
