"""From inputs to a slate: equal inputs within one minute give equal decisions."""

from dataclasses import dataclass

from allocation.decision import ads, contents, lockscreen
from allocation.decision.context import Context, Inputs
from allocation.decision.explain.items import Explained
from allocation.decision.place_index import PlaceIndex
from allocation.decision.recorder import Recorder
from allocation.decision.rejection import EMPTY_CATALOG, RejectionCounts
from allocation.decision.slot import Slot
from allocation.models.time.epoch_seconds import plus_seconds

KINDS = ("ads", "contents", "lockscreen")


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one request."""

    slots: list[Slot]
    valid_until: int
    next_request_at: int
    # Why there is no slot at all: the rule that rejected most items, or `empty_catalog` where there
    # was no item to reject.
    no_fill_reason: str | None
    # Every item that is not shown, if the request asks for explanations.
    explained: list[Explained] | None
    # How many items each rule rejected, where the decision looked at each.
    rejections: RejectionCounts


def decide(kind: str, inputs: Inputs, index: PlaceIndex, *, explains: bool = False) -> Decision:
    """Decides one of the KINDS over the catalog's index. Explanations are made over the whole
    catalog, item by item, and so is the reason of an empty slate; both ways give the same slots.
    """
    context = Context(inputs)
    recorder = Recorder(context, explains=True) if explains else None
    slots = _slots(kind, context, index, recorder)
    if not slots and recorder is None:
        recorder = Recorder(context, explains=False)
        _slots(kind, context, index, recorder)
    no_fill_reason = None
    if not slots and recorder is not None:
        no_fill_reason = recorder.counts.most_common() or EMPTY_CATALOG
    return Decision(
        slots,
        context.ends,
        _next_request_at(context, slots),
        no_fill_reason,
        recorder.explained if recorder else None,
        recorder.counts if recorder else RejectionCounts(),
    )


def _slots(kind: str, context: Context, index: PlaceIndex, recorder: Recorder | None) -> list[Slot]:
    if kind == "ads":
        return [*ads.decide(context, index, context.count, recorder)]
    if kind == "contents":
        return [*contents.decide(context, index, context.count, recorder)]
    return lockscreen.decide(context, index, recorder)


def _next_request_at(context: Context, slots: list[Slot]) -> int:
    """When the device should ask again: after the unit's refresh time, and no later than the first
    slot ends, so that the lock screen neither runs dry nor shows outdated slots; but not within
    this minute, in which the answer would be the same.
    """
    refresh = min(plus_seconds(context.begins, context.unit.refresh_seconds), context.ends)
    first_end = min((slot.show[1] for slot in slots), default=refresh)
    return max(min(refresh, first_end), plus_seconds(context.begins, 60))
