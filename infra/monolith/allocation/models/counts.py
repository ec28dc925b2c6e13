"""What one process answered between two flushes: requests and why they were not filled, slots handed
out, and a sample of requests. The counts are approximate and never billed; no part names a user.
"""

from collections.abc import Iterable
from typing import Any

from allocation.models.query import Query, of_the_phone
from allocation.models.time.zones import Zone
from allocation.models.user_state import STORED, UNKNOWN, UserState

# A user with so many items in the history is a heavy one.
_HEAVY_ITEMS = 20
# The most entries of a list or map that a sample keeps.
_SAMPLED_MAX = 20
_MICRODEGREES_PER_TENTH = 100_000
# Numbers of showings that are told apart; any other is rounded down to the next.
_SEEN_CLASSES = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)


def history_class(state: UserState) -> str:
    """How much is known of what a user has seen: `new`, `light`, `heavy` or `unknown`."""
    if state.source != STORED:
        return "unknown"
    items = len(state.line_items) + len(state.contents)
    if not items:
        return "new"
    return "light" if items < _HEAVY_ITEMS else "heavy"


def seen_before(query: Query, state: UserState, now: int, zone: Zone) -> str:
    """How many items a user has seen before a request on the present day and in the present week, in
    few classes (`3/21`): what caps have used up follows from it, and no user. Empty where the state is
    not known, and of users who limit tracking.
    """
    if query.limit_ad_tracking or state.source == UNKNOWN:
        return ""
    return "/".join(str(_class_of(count)) for count in state.seen(now, zone))


def _class_of(count: int) -> int:
    return max(number for number in _SEEN_CLASSES if number <= count)


def sample_of(
    kind: str, query: Query, known: tuple[str, str], slots: int, no_fill_reason: str | None
) -> dict[str, Any]:
    """A request without what tells users apart: no user, no device id, no report of the device, and a
    position to a tenth of a degree. Of a user who limits tracking there is nothing but the kind of
    phone and where it may be used.
    """
    history, seen = known
    sample: dict[str, Any] = {
        "kind": kind,
        "unit_id": query.unit_id,
        "seen": seen,
        **of_the_phone(query),
    }
    if not query.limit_ad_tracking:
        sample |= _personal(query)
    sample = {name: value for name, value in sample.items() if value}
    return sample | {
        "limit_ad_tracking": query.limit_ad_tracking,
        "history": history,
        "slots": slots,
        "no_fill_reason": no_fill_reason,
    }


def _personal(query: Query) -> dict[str, Any]:
    position = query.position
    tenths = None
    if position is not None:
        degrees = (position.latitude_microdegrees, position.longitude_microdegrees)
        tenths = [microdegrees // _MICRODEGREES_PER_TENTH for microdegrees in degrees]
    return {
        "gender": query.gender,
        "birth_year": query.birth_year,
        "tenths_of_degrees": tenths,
        "interests": _some(query.interests),
        "segments": _some(query.segments),
        "packages": _some(query.packages),
        "key_values": dict(_some(sorted(query.key_values.items()))),
    }


def _some(values: Iterable[Any]) -> list[Any]:
    return list(values)[:_SAMPLED_MAX]
