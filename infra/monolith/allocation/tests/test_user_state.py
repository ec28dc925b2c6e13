"""A user's day and week never go back, wherever the client says the user is."""

from unittest import TestCase

from allocation.models.time.epoch_seconds import parse_instant
from allocation.models.time.windows import buckets_at, newest_day, newest_week
from allocation.models.time.zones import parse_zone
from allocation.models.user_state import History, WindowCount

SEOUL = "Asia/Seoul"
LOS_ANGELES = "America/Los_Angeles"


def shown(*showings: tuple[str, str]) -> History:
    """The history of showings, each at an instant in a zone."""
    first, *others = [_once(parse_instant(at), zone) for at, zone in showings]
    for other in others:
        first = first.plus(other)
    return first


def counts(history: History, at: str, zone: str) -> list[int]:
    """Showings of the minute, the hour, the day and the week, as of an instant in a zone."""
    now = buckets_at(parse_instant(at), parse_zone(zone))
    return [history.showings(window, now) for window in ("minute", "hour", "day", "week")]


def _once(at: int, zone: str) -> History:
    windows = [WindowCount(bucket, 1) for bucket in buckets_at(at, parse_zone(zone))]
    return History(1, at, *windows)


class Travel(TestCase):
    def test_a_flight_west_makes_the_day_longer_and_frees_nothing(self) -> None:
        """Monday has begun in Seoul, and is Sunday still in Los Angeles."""
        west = [("2026-11-22T15:30:30Z", LOS_ANGELES)] * 12
        history = shown(("2026-11-22T15:30:00Z", SEOUL), *west)
        for zone in (SEOUL, LOS_ANGELES, "Etc/GMT+12", "Pacific/Kiritimati"):
            self.assertEqual(counts(history, "2026-11-22T15:30:59Z", zone), [13] * 4, zone)
        found = counts(history, "2026-11-24T07:59:59Z", LOS_ANGELES)
        self.assertEqual(found, [0, 0, 13, 13])
        found = counts(history, "2026-11-24T08:00:00Z", LOS_ANGELES)
        self.assertEqual(found, [0, 0, 0, 13])

    def test_a_flight_east_begins_the_day_once(self) -> None:
        history = shown(
            ("2026-11-24T15:30:00Z", LOS_ANGELES),
            ("2026-11-24T15:31:00Z", SEOUL),
            ("2026-11-24T15:32:00Z", LOS_ANGELES),
            ("2026-11-24T15:33:00Z", SEOUL),
        )
        for zone in (SEOUL, LOS_ANGELES):
            self.assertEqual(counts(history, "2026-11-24T15:33:00Z", zone), [1, 4, 3, 4], zone)

    def test_a_clock_that_goes_back_over_midnight_frees_nothing(self) -> None:
        """At 00:01 on 2010-11-07 it was 23:01 on the day before in St. John's."""
        zone = "America/St_Johns"
        history = shown(("2010-11-07T02:30:30Z", zone), ("2010-11-07T02:31:00Z", zone))
        self.assertEqual(counts(history, "2010-11-07T02:31:00Z", zone), [1, 2, 2, 2])

    def test_a_day_that_no_zone_has_reached_is_not_the_users(self) -> None:
        history = shown(("2026-12-24T03:00:00Z", SEOUL), ("2026-11-24T03:00:00Z", SEOUL))
        self.assertEqual(counts(history, "2026-11-24T03:00:00Z", SEOUL), [0] * 4)
        self.assertEqual(counts(history, "2026-12-24T03:00:00Z", SEOUL), [1] * 4)
        self.assertEqual(history.lifetime, 2)

    def test_no_zone_is_in_a_newer_day_or_week_than_the_ones_furthest_ahead(self) -> None:
        for at in ("2026-11-22T09:59:59Z", "2026-11-22T10:00:00Z", "1969-12-28T09:59:59Z"):
            furthest = buckets_at(parse_instant(at), parse_zone("Etc/GMT-14"))
            found = (newest_day(furthest.minute), newest_week(furthest.minute))
            self.assertEqual(found, (furthest.day, furthest.week), at)
