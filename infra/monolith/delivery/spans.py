"""Spans of days that sums are kept for, and what a period consists of.

A span of four days begins on each fourth day of the calendar, one of sixteen on each sixteenth. A
period of 30 days is at most thirteen of them, and seven on average.
"""

from collections.abc import Iterator
from datetime import date

# Days of a span: each a multiple of the one before.
SPANS = (1, 4, 16)


def spans_with(day: date) -> Iterator[tuple[int, date]]:
    """The spans that a day is in: the days of each, and its first one."""
    for days in SPANS:
        yield days, date.fromordinal(_begin(day.toordinal(), days))


def spans_of(first: date, last: date) -> Iterator[tuple[int, date]]:
    """The fewest spans that make up a period; both of its ends are included."""
    at, end = first.toordinal(), last.toordinal() + 1
    while at < end:
        days = next(days for days in reversed(SPANS) if _begin(at, days) == at and at + days <= end)
        yield days, date.fromordinal(at)
        at += days


def _begin(ordinal: int, days: int) -> int:
    # The first ordinal is 1.
    return (ordinal - 1) // days * days + 1
