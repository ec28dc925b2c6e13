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

_PART = re.compile(r"(?P<days>[^\d]*?)\s*(?P<from>\d{1,2})\s*[-~]\s*(?P<to>\d{1,2})", re.ASCII)


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
    return [_parse_part(part.strip()) for part in re.split(r"[;\n]", text) if part.strip()]


def _parse_part(text: str) -> Daypart:
    found = _PART.fullmatch(text)
    if not found:
        raise ValidationError(
            _("“%(value)s” is not a time of the week: write %(example)s."),
            params={"value": text, "example": "Mon-Fri 09-18; Sat 22-02"},
        )
    from_hour, to_hour = int(found["from"]), int(found["to"])
    if from_hour > 23 or not 1 <= to_hour <= 24:
        raise ValidationError(_("“%(value)s”: hours are from 00-23 to 01-24."), params={"value": text})
    days = _parse_days(found["days"].strip().lower())
    return {"days": [DAYS[day] for day in days], "from_hour": from_hour, "to_hour": to_hour}


def _parse_days(text: str) -> list[int]:
    """The numbers of the days, Monday first; an empty list for every day."""
    if not text or text in _EVERY_DAY:
        return []
    days: set[int] = set()
    for part in re.split(r"[,\s]+", re.sub(r"\s*[-~]\s*", "-", text)):
        first, _dash, last = part.partition("-")
        if first not in _DAY_NUMBERS or (last and last not in _DAY_NUMBERS):
            raise ValidationError(
                _("“%(value)s” is not a day: write Mon, Tue, Wed, Thu, Fri, Sat or Sun."),
                params={"value": part},
            )
        start, end = _DAY_NUMBERS[first], _DAY_NUMBERS[last or first]
        # Sat-Mon spans the end of the week.
        days.update((start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1))
    return [] if len(days) == len(DAYS) else sorted(days)
