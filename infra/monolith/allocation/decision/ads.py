"""Ads: which line items are eligible, in which order, and how slots are handed out."""

from collections.abc import Iterable, Iterator

from allocation.catalog.entities import LineItem
from allocation.decision.context import Context
from allocation.decision.eligibility import check_line_item
from allocation.decision.place_index import PlaceIndex
from allocation.decision.placement import Slate
from allocation.decision.recorder import Recorder
from allocation.decision.rejection import NOT_REACHED, Rejection
from allocation.decision.slot import AdSlot
from allocation.models.draw import LINE_ITEM_ORDER, Draws
from allocation.models.time.interval import Interval

Candidate = tuple[LineItem, Interval]


def decide(context: Context, index: PlaceIndex, count: int, recorder: Recorder | None) -> list[AdSlot]:
    """Up to `count` ads in order: tier, then eCPM, then the stable draw.

    Slots are handed out in rounds: every candidate gets one before any gets a second, which then
    shows another creative.
    """
    if recorder is None and count == 0:
        return []
    # A recorder records every item of the catalog. Without one, the index hands out candidates one
    # by one, and those behind the last slot are never looked at.
    if recorder is None:
        candidates = _from_index(context, index)
    else:
        candidates = iter(_from_scan(context, recorder))
    slate = Slate(context)
    slots: list[AdSlot] = []
    open_candidates: Iterable[Candidate] = candidates
    while len(slots) < count:
        still_open = _hand_out(open_candidates, count, slate, slots, recorder)
        if not still_open:
            break
        open_candidates = still_open
    if recorder is not None:
        _reject_rest([*open_candidates, *candidates], slate, recorder)
    return slots


def reject_all(context: Context, rejection: Rejection, recorder: Recorder) -> None:
    """Chooses no ad: every line item that no other rule rejects is rejected by this one."""
    for item, _ in _eligible(context, recorder):
        recorder.reject(item, rejection)


def _hand_out(
    candidates: Iterable[Candidate],
    count: int,
    slate: Slate,
    slots: list[AdSlot],
    recorder: Recorder | None,
) -> list[Candidate]:
    """Hands out one round. Returns the candidates that may have another slot in the next one."""
    still_open = []
    for item, show in candidates:
        creative, rejection = slate.place(item)
        if creative is not None:
            slots.append(AdSlot(item, creative, show))
            still_open.append((item, show))
            if len(slots) == count:
                break
        elif recorder is not None and rejection is not None and not slate.holds(item):
            recorder.reject(item, rejection)
    return still_open


def _reject_rest(rest: list[Candidate], slate: Slate, recorder: Recorder) -> None:
    for item, _ in rest:
        if not slate.holds(item):
            recorder.reject(item, NOT_REACHED)


def _eligible(context: Context, recorder: Recorder) -> list[Candidate]:
    """All eligible line items in the catalog's order. The recorder records the others."""
    eligible = []
    for item in context.catalog.line_items:
        show, rejection = check_line_item(item, context)
        if show is not None:
            eligible.append((item, show))
        elif rejection is not None:
            recorder.reject(item, rejection)
    return eligible


def _from_scan(context: Context, recorder: Recorder) -> list[Candidate]:
    """All eligible line items in serving order. The recorder hears of the others."""
    eligible = _eligible(context, recorder)
    unit_id, draws = context.unit.id, context.draws(LINE_ITEM_ORDER)
    eligible.sort(key=lambda one: (one[0].tier, -one[0].ecpm_micros(unit_id), _tie(one[0], draws)))
    return eligible


def _from_index(context: Context, index: PlaceIndex) -> Iterator[Candidate]:
    """The same order, worked out no further than candidates are taken."""
    draws = context.draws(LINE_ITEM_ORDER)
    for rank in index.line_items(context.unit, context.query.country):
        eligible = []
        for item in rank:
            show, _ = check_line_item(item, context)
            if show is not None:
                eligible.append((item, show))
        if len(eligible) > 1:
            eligible.sort(key=lambda one: _tie(one[0], draws))
        yield from eligible


def _tie(item: LineItem, draws: Draws) -> tuple[int, str]:
    return draws.of(item.id), item.id
