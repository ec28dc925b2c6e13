"""Targeting and caps that no request can satisfy, though every part of them is well formed."""

from typing import Any

from allocation.catalog.targeting.allow_deny import AllowDeny
from allocation.catalog.targeting.targeting import Targeting, read_targeting
from kernel.dimensions import DIMENSIONS, Dimension
from kernel.vocabulary.codes import country_of
from kernel.vocabulary.schedule import WINDOWS

Cap = dict[str, Any]


def impossible_dimensions(targeting: dict[str, Any]) -> list[Dimension]:
    """The dimensions whose conditions no request can satisfy, in the table's order."""
    compiled = read_targeting(targeting)
    impossible = {name for name, condition in compiled.conditions.items() if condition.admits_nothing()}
    if _regions_lie_elsewhere(compiled):
        impossible.add("region")
    return [dimension for dimension in DIMENSIONS if dimension.name in impossible]


def _regions_lie_elsewhere(targeting: Targeting) -> bool:
    """Whether every allowed region lies in a country that is not targeted."""
    regions = targeting.conditions.get("region")
    if not isinstance(regions, AllowDeny) or not regions.allowed:
        return False
    return not any(targeting.admits("country", country_of(one)) for one in regions.allowed)


def has_cap_of_zero(caps: list[Cap]) -> bool:
    return any(cap["limit"] == 0 for cap in caps)


def pointless_caps(limits: dict[str, int], outer_limits: dict[str, int]) -> list[str]:
    """The windows whose limit is never reached, because the limit of a longer window, or one of the
    campaign or the advertiser, is lower.
    """
    longer = {window: WINDOWS[position:] for position, window in enumerate(WINDOWS)}
    return [
        window
        for window, limit in limits.items()
        if any(
            holds.get(other, limit) < limit for holds in (limits, outer_limits) for other in longer[window]
        )
    ]
