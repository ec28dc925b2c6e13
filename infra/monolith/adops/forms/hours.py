"""Dayparts as operators type them: `Mon-Fri 09-18; Sat 22-02`."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kernel.vocabulary.schedule import DAYS

Daypart = dict[str, Any]

# Both languages are read, whichever one the page is in.
_KOREAN_DAYS = ("월", "화", "수", "목", "금", "토", "일")
_DAY_NUMBERS = {name: number for names in (DAYS, _KOREAN_DAYS) for number, name in enumerate(names)}
_EVERY_DAY = ("daily", "every day", "매일")
_NEVER = ("never", "없음")
# Words for some days, and their numbers.
_WEEKDAYS, _WEEKEND = range(5), range(5, 7)
_DAY_SETS = {
    **dict.fromkeys(("weekdays", "weekday", "평일", "주중"), _WEEKDAYS),
    **dict.fromkeys(("weekends", "weekend", "주말"), _WEEKEND),
}
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_NUMBERS |= {name: number for number, name in enumerate(_LONG_DAYS)}
_DAY_NUMBERS |= {f"{name}요일": number for number, name in enumerate(_KOREAN_DAYS)}
_DAY_NUMBERS |= {"tues": 1, "thur": 3, "thurs": 3}

_HALVES = {"am": 0, "a.m.": 0, "오전": 0, "pm": 12, "p.m.": 12, "오후": 12}
_HOUR = (
    r"(?P<{0}half>오전|오후)?\s*(?P<{0}hour>\d{{1,2}})(?::(?P<{0}minute>\d\d)|시)?"
    r"\s*(?P<{0}m>[ap]m|[ap]\.m\.)?"
)
_TO = r"\s*(?:[-~\u2013\u2014]|to)\s*"
_RANGE = re.compile(_HOUR.format("from_") + _TO + _HOUR.format("to_"), re.ASCII)
_PART = re.compile(r"(?P<days>[^\d]*?)\s*(?P<hours>(?:오전|오후)?\s*\d.*)", re.ASCII)


def format_dayparts(parts: list[Daypart] | None) -> str:
    """Dayparts as text; an empty text for always."""
    is_korean = (get_language() or "").startswith("ko")
    if parts == []:
        return _NEVER[1 if is_korean else 0]
    return "; ".join(_format_part(part, is_korean=is_korean) for part in parts or [])


def _format_part(part: Daypart, *, is_korean: bool) -> str:
    hours = f"{part['from_hour']:02}-{part['to_hour']:02}"
    days = sorted({DAYS.index(day) for day in part.get("days", [])})
    return f"{_format_days(days, is_korean=is_korean)} {hours}"


def _format_days(days: list[int], *, is_korean: bool) -> str:
    if len(days) in (0, len(DAYS)):
        return _EVERY_DAY[2 if is_korean else 0]
    names = _KOREAN_DAYS if is_korean else [day.capitalize() for day in DAYS]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0]]}-{names[days[-1]]}"
    return ",".join(names[day] for day in days)


def parse_dayparts(text: str) -> list[Daypart] | None:
    """Reads dayparts. An empty text is None: always. Hours are 00 to 24; `22-06` spans midnight."""
    if not text.strip():
        return None
    if text.strip().lower() in _NEVER:
        return []
    parts = [part.strip() for part in re.split(r"[;\n]", text)]
    return [daypart for part in parts if part for daypart in _parse_part(part)]


def _parse_part(text: str) -> list[Daypart]:
    """Days, and hours of them: `Mon-Fri 09-12, 13-18`."""
    found = _PART.fullmatch(text.lower())
    if not found:
        raise _not_a_time(text)
    days = [DAYS[day] for day in _parse_days(found["days"].strip())]
    ranges = [_parse_range(hours.strip(), text) for hours in found["hours"].split(",")]
    return [{"days": days, "from_hour": begin, "to_hour": end} for begin, end in ranges]


def _parse_range(hours: str, text: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(hours)
    if not found:
        raise _not_a_time(text)
    if found["from_minute"] not in (None, "00") or found["to_minute"] not in (None, "00"):
        raise ValidationError(_("“%(value)s”: hours are whole, such as 09:00-18:00."), params={"value": text})
    halves = [found[f"{end}half"] or found[f"{end}m"] for end in ("from_", "to_")]
    if halves[1] and not halves[0] or halves[0] and not halves[1]:
        raise ValidationError(
            _("“%(value)s”: write am or pm behind both hours, or behind none."), params={"value": text}
        )
    from_hour, to_hour = (
        _hour_of(int(found[f"{end}hour"]), half, text)
        for end, half in zip(("from_", "to_"), halves, strict=True)
    )
    if halves[1] and to_hour == 0:
        to_hour = 24
    if from_hour > 23 or not 1 <= to_hour <= 24:
        raise ValidationError(_("“%(value)s”: hours are from 00-23 to 01-24."), params={"value": text})
    return from_hour, to_hour


def _hour_of(hour: int, half: str | None, text: str) -> int:
    """The hour of the day, of `9`, `21` or `9 pm`."""
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValidationError(_("“%(value)s”: with am or pm, an hour is 1 to 12."), params={"value": text})
    return hour % 12 + _HALVES[half]


def _not_a_time(text: str) -> ValidationError:
    return ValidationError(
        _("“%(value)s” is not a time of the week: write %(example)s."),
        params={"value": text, "example": "Mon-Fri 09-18; Sat 22-02"},
    )


def _parse_days(text: str) -> list[int]:
    """The numbers of the days, Monday first; an empty list for every day."""
    if not text or text in _EVERY_DAY:
        return []
    days: set[int] = set()
    for part in re.split(r"[,\s]+", re.sub(r"\s*[-~\u2013\u2014]\s*", "-", text)):
        first, _dash, last = part.partition("-")
        if part in _DAY_SETS:
            days.update(_DAY_SETS[part])
            continue
        if first not in _DAY_NUMBERS or (last and last not in _DAY_NUMBERS):
            raise ValidationError(
                _("“%(value)s” is not a day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun."),
                params={"value": part},
            )
        start, end = _DAY_NUMBERS[first], _DAY_NUMBERS[last or first]
        # Sat-Mon spans the end of the week.
        days.update((start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1))
    return [] if len(days) == len(DAYS) else sorted(days)
