"""Instants as whole seconds since 1970-01-01T00:00:00Z, read and written as RFC 3339."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

# The last and the first instant that can be written; the last one also stands for "no end".
INSTANT_MAX = 253_402_207_200
INSTANT_MIN = -62_135_596_800

_EPOCH = datetime(1970, 1, 1)
_PARSED_MIN, _PARSED_MAX = -377_705_023_201, 253_402_207_200
_OFFSET_SECONDS_MAX = 25 * 3_600 + 59 * 60 + 59

_CLOCK = r"(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?|(\d\d)(?:(\d\d)(?:[.,](\d{1,9}))?)?)?"
_ZONE_NAME = r"[A-Za-z_.][A-Za-z0-9_.+-]*"
_INSTANT = re.compile(
    r"([+-]\d{6}|\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d))[ Tt]"
    rf"(\d\d){_CLOCK}"
    rf"(?:[Zz]|([+-])(\d\d){_CLOCK})"
    # RFC 9557 allows a zone behind it, and then notes, none of which may be critical.
    rf"(?:\[!?(?:{_ZONE_NAME}(?:/{_ZONE_NAME})*|[+-]([01]\d|2[0-5])(?::?[0-5]\d)?)\])?"
    r"(?:\[[a-z_][a-z0-9_-]*=[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\])*",
    re.ASCII,
)


def plus_seconds(instant: int, seconds: int) -> int:
    """The instant so many seconds later, limited to the instants that can be written."""
    return min(max(instant + seconds, INSTANT_MIN), INSTANT_MAX)


def floor_to_minute(instant: int) -> int:
    return instant - instant % 60


@lru_cache(maxsize=4_096)
def format_instant(instant: int) -> str:
    """RFC 3339 in UTC, to the second."""
    instant = min(max(instant, INSTANT_MIN), INSTANT_MAX)
    return f"{(_EPOCH + timedelta(seconds=instant)).isoformat()}Z"


def parse_instant(text: str) -> int:
    """Reads RFC 3339 or the basic form of ISO 8601. A fraction of a second is dropped.

    Raises ValueError if the text is neither.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError("not an instant")
    year, *rest = match.groups()
    month, day, basic_month, basic_day, hour = rest[:5]
    clock, sign, offset_hour, offset_clock = rest[5:11], rest[11], rest[12], rest[13:19]
    if year == "-000000":
        raise ValueError("there is no such year")
    days = _days_since_1970(int(year), int(month or basic_month), int(day or basic_day))
    time = _seconds_of_day(hour, clock)
    instant = days * 86_400 + time - _offset_seconds(sign, offset_hour, offset_clock)
    if not _PARSED_MIN <= instant <= _PARSED_MAX:
        raise ValueError("out of range")
    return plus_seconds(instant, 0)


def _seconds_of_day(hour: str, clock: Sequence[str | None]) -> int:
    minute, second = int(clock[0] or clock[3] or 0), int(clock[1] or clock[4] or 0)
    if int(hour) > 23 or minute > 59 or second > 60:
        raise ValueError("there is no such time")
    # A leap second counts as the one before it.
    return int(hour) * 3_600 + minute * 60 + min(second, 59)


def _offset_seconds(sign: str | None, hour: str | None, clock: Sequence[str | None]) -> int:
    if sign is None:
        return 0
    minute, second = int(clock[0] or clock[3] or 0), int(clock[1] or clock[4] or 0)
    fraction = clock[2] or clock[5] or ""
    # Half a second and more counts as a whole one.
    is_rounded_up = fraction[:1] >= "5"
    seconds = int(hour or 0) * 3_600 + minute * 60 + second + is_rounded_up
    if int(hour or 0) > 25 or minute > 59 or second > 59 or seconds > _OFFSET_SECONDS_MAX:
        raise ValueError("there is no such offset")
    return -seconds if sign == "-" else seconds


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Days of the Gregorian calendar, extended to all years; `datetime` begins with the year 1."""
    if not (-9_999 <= year <= 9_999 and 1 <= month <= 12 and 1 <= day <= _days_in(year, month)):
        raise ValueError("there is no such date")
    # Years are counted from March, so that the odd day is a year's last.
    from_march = (month + 9) % 12
    years = year - (month <= 2)
    leap_days = years // 4 - years // 100 + years // 400
    return years * 365 + leap_days + (from_march * 306 + 5) // 10 + day - 1 - 719_468


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31
