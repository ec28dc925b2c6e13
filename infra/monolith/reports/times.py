"""Days and hours of a report's time zone, as texts."""

from datetime import date
from zoneinfo import ZoneInfo

from delivery.hours import SECONDS_PER_HOUR, hours_of_day, start_of


def hour_text(hour: int, zone: ZoneInfo) -> str:
    """`2026-11-01 01:00 -04:00`: the offset tells the two hours apart that a clock that goes back has."""
    local = start_of(hour).astimezone(zone)
    offset = local.isoformat()[-6:]
    return f"{local:%Y-%m-%d %H:%M} {offset}"


def second_of_day(day: date, zone: ZoneInfo) -> int:
    """The epoch second at which the first hour of a local day begins."""
    return hours_of_day(day, zone).start * SECONDS_PER_HOUR


def second_of_hour(hour: int) -> int:
    return hour * SECONDS_PER_HOUR
