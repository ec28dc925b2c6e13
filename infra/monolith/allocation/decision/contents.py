"""Contents: editors' pins, then the unseen, then the seen; by score, spread over channels."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from allocation.catalog.entities import Content
from allocation.decision.content_rank import score_ppm
from allocation.decision.context import Context
from allocation.decision.eligibility import check_content
from allocation.decision.place_index import PlaceIndex
from allocation.decision.recorder import Recorder
from allocation.decision.rejection import NOT_REACHED
from allocation.decision.slot import ContentSlot
from allocation.models.draw import CONTENT_ORDER

# A content's class, compared before its score: pins by rank, the unseen, the seen.
Standing = tuple[int, int]
Ranked = tuple[Standing, ContentSlot]

_UNSEEN: Standing = (1, 0)
_SEEN: Standing = (2, 0)


def decide(context: Context, index: PlaceIndex, count: int, recorder: Recorder | None) -> list[ContentSlot]:
    """Up to `count` contents in order.

    Spread: no slot has the channel of the slot before it while another channel has something left
    of the same standing.
    """
    ranked = _ranked(_eligible(context, index, recorder), context)
    slots: list[ContentSlot] = []
    # Ranked, and passed over so far because of their channel; all of one standing but the last.
    waiting: list[Ranked] = []
    while len(slots) < count:
        chosen = _choose(waiting, ranked, slots[-1].item.channel_id if slots else None)
        if chosen is None:
            break
        slots.append(chosen)
    if recorder is not None:
        for _, slot in [*waiting, *ranked]:
            recorder.reject(slot.item, NOT_REACHED)
    return slots


def _choose(
    waiting: list[Ranked], ranked: Iterator[Ranked], last_channel_id: str | None
) -> ContentSlot | None:
    """Takes the next content of the next standing: the first that is of another channel than the
    last slot, or else the first.
    """
    if not waiting:
        first = next(ranked, None)
        if first is None:
            return None
        waiting.append(first)
    standing, position = waiting[0][0], 0
    while position < len(waiting) and waiting[position][0] == standing:
        if waiting[position][1].item.channel_id != last_channel_id:
            return waiting.pop(position)[1]
        position += 1
        if position == len(waiting) and (after := next(ranked, None)) is not None:
            waiting.append(after)
    return waiting.pop(0)[1]


def _eligible(context: Context, index: PlaceIndex, recorder: Recorder | None) -> list[ContentSlot]:
    contents: Iterable[Content] = context.catalog.contents
    if recorder is None:
        query = context.query
        contents = index.contents(context.unit, query.country, query.language)
    eligible = []
    for content in contents:
        show, rejection = check_content(content, context)
        if show is not None:
            eligible.append(ContentSlot(content, show))
        elif recorder is not None and rejection is not None:
            recorder.reject(content, rejection)
    return eligible


def _ranked(eligible: list[ContentSlot], context: Context) -> Iterator[Ranked]:
    """In order. Draws are made only as far as contents are taken."""
    seen, interests, now = context.state.contents, context.attributes["interests"], context.begins
    keyed = []
    for slot in eligible:
        content = slot.item
        if content.pinned_rank is not None:
            standing = (0, content.pinned_rank)
        else:
            standing = _SEEN if content.id in seen else _UNSEEN
        keyed.append((standing, -score_ppm(content, interests, now), slot))
    keyed.sort(key=lambda one: one[:2])
    draws = context.draws(CONTENT_ORDER)
    for (standing, _), equals in groupby(keyed, key=lambda one: one[:2]):
        slots = [slot for _, _, slot in equals]
        if len(slots) > 1:
            slots.sort(key=lambda slot: (draws.of(slot.item.id), slot.item.id))
        for slot in slots:
            yield standing, slot
