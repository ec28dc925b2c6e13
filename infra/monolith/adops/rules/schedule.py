"""Caps and dayparts: how often and when an item may be shown."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adops.rules.lists import require_integer, require_list, require_object
from kernel.vocabulary.schedule import DAYS, WINDOWS

U32_MAX = 4_294_967_295
HOURS_PER_WEEK = 168

_CAP_MEMBERS = frozenset({"window", "limit"})
_DAYPART_MEMBERS = frozenset({"days", "from_hour", "to_hour"})


def validate_caps(value: object) -> None:
    """A list of {window, limit}."""
    for cap in require_list(value):
        members = require_object(cap, _CAP_MEMBERS)
        if members.get("window") not in WINDOWS:
            raise ValidationError(_("A cap counts in a minute, an hour, a day, a week or a lifetime."))
        require_integer(members.get("limit"), 0, U32_MAX)


def validate_dayparts(value: object) -> None:
    """A list of {days, from_hour, to_hour}. An empty list means never; null means always."""
    for part in require_list(value):
        members = require_object(part, _DAYPART_MEMBERS)
        require_integer(members.get("from_hour"), 0, 23)
        require_integer(members.get("to_hour"), 1, 24)
        if any(day not in DAYS for day in require_list(members.get("days", []))):
            raise ValidationError(_("A day is one of mon, tue, wed, thu, fri, sat and sun."))


def hours_of_week(dayparts: list[dict[str, Any]]) -> str:
    """A `1` for each open hour of the week and a `0` for each other, Monday from 00:00 first."""
    is_open = [False] * HOURS_PER_WEEK
    for part in dayparts:
        begin, end = part["from_hour"], part["to_hour"]
        length = end - begin if end > begin else end + 24 - begin
        for day in part.get("days") or DAYS:
            first = DAYS.index(day) * 24 + begin
            for hour in range(first, first + length):
                is_open[hour % HOURS_PER_WEEK] = True
    return "".join("1" if one else "0" for one in is_open)


def lowest_limits(caps: list[dict[str, Any]]) -> dict[str, int]:
    """The limit of each window: of two caps on one window, the lower one holds."""
    limits: dict[str, int] = {}
    for cap in caps:
        window, limit = cap["window"], cap["limit"]
        limits[window] = min(limit, limits.get(window, limit))
    return limits
