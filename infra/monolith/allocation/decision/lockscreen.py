"""The lock screen: ads and contents, mixed as the unit says."""

from allocation.catalog.entities import FIRST_AD
from allocation.decision import ads, contents
from allocation.decision.context import Context
from allocation.decision.mix import ad_quota, interleave
from allocation.decision.place_index import PlaceIndex
from allocation.decision.recorder import Recorder
from allocation.decision.rejection import NOT_REACHED
from allocation.decision.slot import Slot


def decide(context: Context, index: PlaceIndex, recorder: Recorder | None) -> list[Slot]:
    mix, count = context.unit.mix, context.count
    # No more ads are chosen than the mix could ever take, so that caps are not spent on slots that
    # are dropped afterwards.
    ads_max = max(ad_quota(mix, count), int(mix.first_slot == FIRST_AD))
    chosen_ads: list[Slot] = [*ads.decide(context, index, min(ads_max, count), recorder)]
    chosen_contents: list[Slot] = [*contents.decide(context, index, count, recorder)]
    slots, unused = interleave(mix, count, chosen_ads, chosen_contents)
    if recorder is not None:
        shown = {slot.item.id for slot in slots}
        left = {slot.item.id: slot.item for slot in unused}
        for item_id in sorted(left.keys() - shown):
            recorder.reject(left[item_id], NOT_REACHED)
    return slots
