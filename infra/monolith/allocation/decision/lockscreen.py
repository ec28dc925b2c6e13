"""The lock screen: ads and contents, mixed as the unit says."""

from allocation.decision import ads, contents
from allocation.decision.context import Context
from allocation.decision.mix import ads_wanted, interleave, takes_ads
from allocation.decision.place_index import PlaceIndex
from allocation.decision.recorder import Recorder
from allocation.decision.rejection import AD_RATIO, NOT_REACHED
from allocation.decision.slot import Slot


def decide(context: Context, index: PlaceIndex, recorder: Recorder | None) -> list[Slot]:
    mix, count = context.unit.mix, context.count
    # Contents are chosen first: without any, the mix takes another number of ads.
    chosen_contents: list[Slot] = [*contents.decide(context, index, count, recorder)]
    chosen_ads: list[Slot] = []
    if takes_ads(mix):
        wanted = ads_wanted(mix, count, has_contents=bool(chosen_contents))
        chosen_ads = [*ads.decide(context, index, wanted, recorder)]
    elif recorder is not None:
        ads.reject_all(context, AD_RATIO, recorder)
    slots, unused = interleave(mix, count, chosen_ads, chosen_contents)
    if recorder is not None:
        shown = {slot.item.id for slot in slots}
        left = {slot.item.id: slot.item for slot in unused}
        for item_id in sorted(left.keys() - shown):
            recorder.reject(left[item_id], NOT_REACHED)
    return slots
