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
    # Day 0 was a Thursday, so three days earlier a Monday.
    return Buckets(instant // 60, instant // 3_600, day, (day + 3) // 7)
