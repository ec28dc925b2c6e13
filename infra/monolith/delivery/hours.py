"""Hours since the epoch, and the local days to which they belong.

A day has as many hours as the zone gives it: 23 or 25 where the clock changes. An hour belongs to
the day on which it begins; in a zone that is half an hour off, that is the first half's day.
"""

from datetime import date, datetime, timedelta, timezone
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

SECONDS_PER_HOUR = 3_600


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name, of the same release as the functions know."""
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as opened:
        return ZoneInfo.from_file(opened, key=name)


def hour_of(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS_PER_HOUR


def start_of(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * SECONDS_PER_HOUR, timezone.utc)


# Facts of one arrival hour are of few hours.
@lru_cache(maxsize=4_096)
def day_of(hour: int, zone: ZoneInfo) -> date:
    return start_of(hour).astimezone(zone).date()


def hours_of_day(day: date, zone: ZoneInfo) -> range:
    """The hours that begin on a local day."""
    return range(_first_hour(day, zone), _first_hour(day + timedelta(days=1), zone))


def ends_at(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day ends for its budget: as its last hour does."""
    return start_of(hours_of_day(day, zone).stop)


def _first_hour(day: date, zone: ZoneInfo) -> int:
    """The first hour that begins on a local day. Where the clock skips midnight, it begins later."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    hour = hour_of(midnight.astimezone(timezone.utc)) - 2
    while day_of(hour, zone) < day:
        hour += 1
    return hour
