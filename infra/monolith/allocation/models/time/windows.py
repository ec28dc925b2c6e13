"""The fixed windows in which showings are counted.

Minute and hour are in UTC; a day runs from 00:00 and a week from Monday 00:00 in the user's own
time zone; a lifetime never ends.
"""

from typing import NamedTuple

from allocation.models.time.zones import Zone


class Buckets(NamedTuple):
    """The numbers of the windows that an instant falls in."""

    minute: int
    hour: int
    # Local days since 1970-01-01.
    day: int
    # Local weeks since the one that held 1970-01-01, a Thursday.
    week: int


def buckets_at(instant: int, zone: Zone) -> Buckets:
    day = (instant + zone.offset_seconds(instant)) // 86_400
    return Buckets(instant // 60, instant // 3_600, day, _week_of(day))


def newest_day(minute: int) -> int:
    """The local day of the zones that are furthest ahead, in a minute since the epoch. A user who
    travels cannot be in a later one.
    """
    # No zone is further ahead of UTC than 14 hours.
    return (minute + 14 * 60) // (24 * 60)


def newest_week(minute: int) -> int:
    """The local week of the zones that are furthest ahead, in a minute since the epoch."""
    return _week_of(newest_day(minute))


def _week_of(day: int) -> int:
    # Day 0 was a Thursday, so three days earlier a Monday.
    return (day + 3) // 7
