"""Targeting and caps that no request can satisfy, though every part of them is well formed."""

from adops.rules.codes import version_key
from adops.rules.schedule import WINDOWS
from adops.rules.targeting import DIMENSIONS, Shape

# In these, ASCII letters count in either case.
_FOLDED = ("device_makers", "device_models", "carriers")

Condition = dict[str, object]
Cap = dict[str, object]


def impossible_dimensions(targeting: dict[str, Condition]) -> list[str]:
    """The names of the dimensions that nobody can satisfy."""
    return [
        name
        for name, condition in targeting.items()
        if condition and _is_impossible(name, condition)
    ] + (["regions"] if _regions_lie_elsewhere(targeting) else [])


def _is_impossible(name: str, condition: Condition) -> bool:
    shape = DIMENSIONS[name].shape
    if shape is Shape.ALLOW_DENY:
        return _nothing_left(name, condition)
    if shape is Shape.KEY_VALUES:
        return any(_nothing_left(name, lists) for lists in condition.values())
    if shape is Shape.SET:
        wanted, none = condition.get("any", []), set(condition.get("none", []))
        return bool(none & set(condition.get("all", []))) or bool(wanted and set(wanted) <= none)
    if shape is Shape.VERSIONS:
        first, last = condition.get("min"), condition.get("max")
        return bool(first and last) and version_key(first) > version_key(last)
    if shape is Shape.AGES:
        return all(_is_empty_range(ages.get("min"), ages.get("max")) for ages in condition)
    return False


def _nothing_left(name: str, lists: Condition) -> bool:
    def fold(values: list[str]) -> set[str]:
        return {_fold(value) if name in _FOLDED else value for value in values}

    allow = fold(lists.get("allow", []))
    return bool(allow) and allow <= fold(lists.get("deny", []))


def _fold(value: str) -> str:
    """As serving does it: other letters than ASCII's are what they are."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in value)


def _is_empty_range(first: int | None, last: int | None) -> bool:
    return first is not None and last is not None and first > last


def _regions_lie_elsewhere(targeting: dict[str, Condition]) -> bool:
    """Whether all regions asked for are of countries that are not."""
    regions = (targeting.get("regions") or {}).get("allow", [])
    countries = targeting.get("countries") or {}
    allow, deny = countries.get("allow", []), countries.get("deny", [])
    homes = {region[:2] for region in regions}
    return bool(homes) and all((allow and home not in allow) or home in deny for home in homes)


def has_cap_of_zero(caps: list[Cap]) -> bool:
    return any(cap["limit"] == 0 for cap in caps)


def pointless_caps(limits: dict[str, int], outer_limits: dict[str, int]) -> list[str]:
    """The windows whose limit is never reached, because that of a longer window, or of the campaign
    or advertiser around it, is lower.
    """
    longer = {window: WINDOWS[position:] for position, window in enumerate(WINDOWS)}
    return [
        window
        for window, limit in limits.items()
        if any(
            holds.get(other, limit) < limit
            for holds in (limits, outer_limits)
            for other in longer[window]
        )
    ]
