"""A user's local hours over the span of one slate."""

from functools import lru_cache
from typing import NamedTuple

from allocation.models.time.interval import Interval
from allocation.models.time.zones import Zone


class Stretch(NamedTuple):
    """A part of the slate within one local hour."""

    begins: int
    ends: int
    # The hour as the only bit of an hour set.
    hour: int


class Timeline:
    """A span cut at every change of the local hour, clock changes included."""

    def __init__(self, stretches: tuple[Stretch, ...]) -> None:
        self._stretches = stretches

    def hours(self) -> int:
        """The local hours that the span touches, as an hour set."""
        hours = 0
        for stretch in self._stretches:
            hours |= stretch.hour
        return hours

    def first_open(self, hours: int, limits: Interval) -> Interval | None:
        """The first unbroken span inside `limits` whose local hours are all in the set."""
        opens, closes = 0, -1
        is_open = False
        for begins, ends, hour in self._stretches:
            begins, ends = max(begins, limits[0]), min(ends, limits[1])
            if not hours & hour or begins >= ends:
                if is_open:
                    break
            elif not is_open:
                is_open, opens, closes = True, begins, ends
            elif begins == closes:
                closes = ends
            else:
                break
        return (opens, closes) if is_open else None


# Requests of one zone, horizon and minute share a timeline.
@lru_cache(maxsize=1_024)
def timeline(begins: int, ends: int, zone: Zone) -> Timeline:
    stretches = []
    while begins < ends:
        offset_seconds = zone.offset_seconds(begins)
        local = begins + offset_seconds
        until = min(begins + 3_600 - local % 3_600, ends)
        if zone.offset_seconds(until - 1) != offset_seconds:
            until = _first_change(begins, until - 1, zone)
        # 1970-01-01 was a Thursday, 72 hours into its week.
        hour_of_week = (local // 3_600 + 72) % 168
        stretches.append(Stretch(begins, until, 1 << hour_of_week))
        begins = until
    return Timeline(tuple(stretches))


def _first_change(before: int, after: int, zone: Zone) -> int:
    """The first instant that has the offset of `after`, which `before` has not."""
    offset_before = zone.offset_seconds(before)
    while after - before > 1:
        middle = (before + after) // 2
        if zone.offset_seconds(middle) == offset_before:
            before = middle
        else:
            after = middle
    return after
