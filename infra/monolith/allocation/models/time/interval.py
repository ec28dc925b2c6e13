"""Spans of time."""

from allocation.models.time.epoch_seconds import INSTANT_MAX, INSTANT_MIN

# From the first instant, in epoch seconds, until just before the second; never empty.
Interval = tuple[int, int]


def interval(begins: int | None, ends: int | None) -> Interval | None:
    """The span between two instants, open where one is None; None if it would be empty."""
    first = INSTANT_MIN if begins is None else begins
    last = INSTANT_MAX if ends is None else ends
    return (first, last) if first < last else None


def intersect(one: Interval, other: Interval) -> Interval | None:
    """What two spans have in common; None if that is nothing."""
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return (begins, ends) if begins < ends else None
