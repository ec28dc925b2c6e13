"""A device's report of what it showed beside what is known of its user.

A device that was offline has shown what no event has told yet, and stored state has showings of other
devices and earlier days. Both contain the showings that were reported in time, so their counts are not
added up: in each window the larger one holds.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from allocation.models.query import Shown
from allocation.models.time.windows import Buckets, buckets_at, newest_day, newest_week
from allocation.models.time.zones import Zone
from allocation.models.user_state import (
    DEVICE,
    U32_MAX,
    UNKNOWN,
    History,
    UserState,
    WindowCount,
    reported_state,
)


def add_report(
    state: UserState,
    shown: Iterable[Shown],
    now: int,
    zone: Zone,
    owner_of: Callable[[str], tuple[str, str] | None],
) -> None:
    """Takes a device's own report into account. Of each line item and window the larger of the two
    counts holds, and the later of the two last showings; of a content the later showing. A campaign or
    an advertiser has its own count and what its line items have more by the report. So a report can only
    take showings away from its sender.

    A history that was unknown is the device's then. `now` and `owner_of` are those of `reported_state`.
    """
    buckets = buckets_at(now, zone)
    report = reported_state(shown, now, zone, owner_of)
    for item_id, reported in report.line_items.items():
        owner = owner_of(item_id)
        if owner is None:
            continue
        unknown = _unknown(reported, state.line_items.get(item_id), buckets)
        for histories, key in (
            (state.line_items, item_id),
            (state.campaigns, owner[0]),
            (state.advertisers, owner[1]),
        ):
            histories[key] = raised(histories.get(key), reported.last_shown_at, unknown, buckets)
    for item_id, seen_at in report.contents.items():
        state.contents[item_id] = max(state.contents.get(item_id, seen_at), seen_at)
    if state.source == UNKNOWN:
        state.source = DEVICE


class More(NamedTuple):
    """How many showings there are beside those that are known, by window."""

    minute: int
    hour: int
    day: int
    week: int
    lifetime: int


def _unknown(reported: History, known: History | None, now: Buckets) -> More:
    """What a device reports that is not known. A report begins at local midnight, so what is unknown of the
    day is unknown of the week and the lifetime too, which contain earlier days as well.
    """

    def more(window: str) -> int:
        showings = 0 if known is None else known.showings(window, now)
        return max(reported.showings(window, now) - showings, 0)

    day = more("day")
    return More(more("minute"), more("hour"), day, max(more("week"), day), max(more("lifetime"), day))


def raised(history: History | None, last_shown_at: int, more: More, now: Buckets) -> History:
    """A history with showings more."""
    if history is None:
        history = History(0, last_shown_at, *(WindowCount(bucket) for bucket in now))
    newest = Buckets(now.minute, now.hour, newest_day(now.minute), newest_week(now.minute))
    windows = zip(
        (history.minute, history.hour, history.day, history.week), more[:4], now, newest, strict=True
    )
    return History(
        min(history.lifetime + more.lifetime, U32_MAX),
        max(history.last_shown_at, last_shown_at),
        *(_raised_window(*window) for window in windows),
    )


def _raised_window(own: WindowCount, by: int, bucket: int, newest: int) -> WindowCount:
    """With so many showings more in the user's present window: `bucket`, or the stored one if that is
    ahead of it and not of `newest`.
    """
    if by == 0:
        return own
    is_ahead = bucket < own.bucket <= newest
    showings = min(own.in_local_bucket(bucket, newest) + by, U32_MAX)
    return WindowCount(own.bucket if is_ahead else bucket, showings)
