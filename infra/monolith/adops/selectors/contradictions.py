"""Targeting and caps that no request can satisfy, though every part of them is well formed."""

from kernel.dimensions import DIMENSION_BY_FIELD, Dimension, Shape
from kernel.vocabulary.codes import country_of
from kernel.vocabulary.schedule import WINDOWS
from kernel.vocabulary.text import fold
from kernel.vocabulary.version import VERSION

Condition = dict[str, object]
Cap = dict[str, object]


def impossible_dimensions(targeting: dict[str, Condition]) -> list[Dimension]:
    """The dimensions whose conditions no request can satisfy."""
    impossible = [
        dimension
        for field, dimension in DIMENSION_BY_FIELD.items()
        if (condition := targeting.get(field)) and _is_impossible(dimension.shape, condition)
    ]
    return impossible + (
        [DIMENSION_BY_FIELD["regions"]] if _regions_lie_elsewhere(targeting) else []
    )


def _is_impossible(shape: Shape, condition: Condition) -> bool:
    if shape in (Shape.ALLOW_DENY, Shape.FOLDED_ALLOW_DENY):
        return _nothing_left(condition, folds=shape is Shape.FOLDED_ALLOW_DENY)
    if shape is Shape.KEY_VALUES:
        return any(_nothing_left(lists, folds=False) for lists in condition.values())
    if shape is Shape.SET:
        wanted, none = condition.get("any", []), set(condition.get("none", []))
        return bool(none & set(condition.get("all", []))) or bool(wanted and set(wanted) <= none)
    if shape is Shape.VERSIONS:
        first, last = condition.get("min"), condition.get("max")
        return bool(first and last) and VERSION.parse(first) > VERSION.parse(last)
    if shape is Shape.AGES:
        return all(_is_empty_range(ages.get("min"), ages.get("max")) for ages in condition)
    return False


def _nothing_left(lists: Condition, *, folds: bool) -> bool:
    def compared(values: list[str]) -> set[str]:
        return {fold(value) if folds else value for value in values}

    allow = compared(lists.get("allow", []))
    return bool(allow) and allow <= compared(lists.get("deny", []))


def _is_empty_range(first: int | None, last: int | None) -> bool:
    return first is not None and last is not None and first > last


def _regions_lie_elsewhere(targeting: dict[str, Condition]) -> bool:
    """Whether all regions asked for are of countries that are not."""
    regions = (targeting.get("regions") or {}).get("allow", [])
    countries = targeting.get("countries") or {}
    allow, deny = countries.get("allow", []), countries.get("deny", [])
    homes = {country_of(region) for region in regions}
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
