"""Hours of the week: bit 0 is Monday from 00:00 to 01:00 local time."""

from collections.abc import Iterable

HOURS_PER_WEEK = 168

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hour_set(hours: Iterable[int]) -> int:
    bits = 0
    for hour in hours:
        bits |= 1 << hour
    return bits


def describe_hours(hours: int) -> str:
    """Runs of hours, `Mon 07:00-09:00, Sat 22:00-Sun 02:00`."""

    def contains(hour: int) -> bool:
        return hours >> hour & 1 == 1

    runs = []
    for start in range(HOURS_PER_WEEK):
        if contains(start) and (start == 0 or not contains(start - 1)):
            later = range(start, HOURS_PER_WEEK)
            end = next((hour for hour in later if not contains(hour)), HOURS_PER_WEEK)
            runs.append(_describe_run(start, end))
    return ", ".join(runs) or "never"


def _describe_run(start: int, end: int) -> str:
    first, last = start // 24, end // 24
    begin = f"{_DAYS[first]} {start % 24:02}:00"
    if end % 24 == 0 and last == first + 1:
        # Until midnight is until 24:00 of the same day.
        return f"{begin}-24:00"
    if last == first:
        return f"{begin}-{end % 24:02}:00"
    return f"{begin}-{_DAYS[last % 7]} {end % 24:02}:00"
