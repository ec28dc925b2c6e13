"""Two ordered lists, ads and contents, become one lock screen."""

from collections.abc import Sequence
from typing import TypeVar

from allocation.catalog.entities import FIRST_AD, FIRST_CONTENT, Mix

T = TypeVar("T")


def ad_quota(mix: Mix, slots: int) -> int:
    """Ads among the first `slots` slots at most."""
    return slots * mix.ad_ratio_ppm // 1_000_000


def interleave(
    mix: Mix, count: int, ads: Sequence[T], contents: Sequence[T]
) -> tuple[list[T], list[T]]:
    """Takes from both lists until `count` slots are filled or neither may give. Returns the slots,
    and what is left over.

    A slot holds an ad when the quota of the slots so far is not used up and enough contents stand
    since the last ad; else a content. Contents fill what ads leave. Ads never fill what contents
    leave beyond their quota and gap: a lock screen of ads alone is not what the unit asked for.
    """
    slots: list[T] = []
    ads_placed = contents_placed = 0
    # None before the first ad, which needs no distance.
    contents_since_ad: int | None = None
    while len(slots) < count:
        if not slots and mix.first_slot == FIRST_AD:
            wants_ad = True
        elif not slots and mix.first_slot == FIRST_CONTENT and contents:
            wants_ad = False
        else:
            is_apart = contents_since_ad is None or contents_since_ad >= mix.minimum_gap
            wants_ad = is_apart and ads_placed < ad_quota(mix, len(slots) + 1)
        if wants_ad and ads_placed < len(ads):
            slots.append(ads[ads_placed])
            ads_placed += 1
            contents_since_ad = 0
        elif contents_placed < len(contents):
            slots.append(contents[contents_placed])
            contents_placed += 1
            if contents_since_ad is not None:
                contents_since_ad += 1
        else:
            break
    return slots, [*ads[ads_placed:], *contents[contents_placed:]]
