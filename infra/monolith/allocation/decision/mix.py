"""Two ordered lists, ads and contents, become one lock screen."""

from collections.abc import Sequence
from typing import TypeVar

from allocation.catalog.entities import FIRST_AD, FIRST_CONTENT, Mix

T = TypeVar("T")


def ad_quota(mix: Mix, slots: int) -> int:
    """Ads among the first `slots` slots at most."""
    return slots * mix.ad_ratio_ppm // 1_000_000


def takes_ads(mix: Mix) -> bool:
    """Whether the mix has room for ads at all. A ratio of 0 means a lock screen free of ads,
    whatever its first slot would be.
    """
    return mix.ad_ratio_ppm > 0


def ads_wanted(mix: Mix, slots: int, *, has_contents: bool) -> int:
    """The number of ads to choose for a lock screen of `slots` slots.

    Only as many as the mix can take: an ad that is dropped afterwards would have used up caps of
    its line item, campaign and advertiser. Where there is no content and the mix begins with none
    of the ads, the mix yields no slot at all. An empty lock screen is worse than a missed ratio, so
    ads then fill all slots.
    """
    if not takes_ads(mix):
        return 0
    if not has_contents and not _begins_with_ad(mix):
        return slots
    return min(max(ad_quota(mix, slots), int(mix.first_slot == FIRST_AD)), slots)


def _begins_with_ad(mix: Mix) -> bool:
    """Whether the first slot may be an ad where there is no content."""
    return mix.first_slot == FIRST_AD or ad_quota(mix, 1) > 0


def interleave(mix: Mix, count: int, ads: Sequence[T], contents: Sequence[T]) -> tuple[list[T], list[T]]:
    """Takes from both lists until `count` slots are filled or neither may give. Returns the slots,
    and what is left over.

    A slot holds an ad when the quota of the slots so far is not used up and enough contents stand
    since the last ad; else a content. Contents fill what ads leave. Ads do not fill what contents
    leave beyond their quota and gap, because the unit asks for the ratio. Where all of this yields
    no slot, the ads are the lock screen.
    """
    slots: list[T] = []
    ads_placed = contents_placed = 0
    # None before the first ad, which needs no distance.
    contents_since_ad: int | None = None
    while len(slots) < count:
        if not takes_ads(mix):
            wants_ad = False
        elif not slots and mix.first_slot == FIRST_AD:
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
    if not slots and takes_ads(mix):
        slots = [*ads[:count]]
        ads_placed = len(slots)
    return slots, [*ads[ads_placed:], *contents[contents_placed:]]
