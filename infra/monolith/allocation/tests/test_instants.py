"""Instants: the forms that are read, and the texts that are refused."""

from unittest import TestCase

from allocation.models.time.epoch_seconds import (
    INSTANT_MAX,
    INSTANT_MIN,
    format_instant,
    parse_instant,
    plus_seconds,
)
from allocation.models.time.timeline import timeline
from allocation.models.time.zones import parse_zone
from kernel.vocabulary.form import NotInVocabulary


class Instants(TestCase):
    def test_any_offset_is_read_and_utc_is_written(self) -> None:
        for text, written in [
            ("2026-11-22T21:00:00.999+09:00", "2026-11-22T12:00:00Z"),
            ("20261122T1200Z", "2026-11-22T12:00:00Z"),
            ("2026-11-22 12Z", "2026-11-22T12:00:00Z"),
            ("2026-11-22t12:00:60z", "2026-11-22T12:00:59Z"),
            ("+002026-11-22T12:00:00,5-00:00:30", "2026-11-22T12:00:30Z"),
            ("2026-11-22T12:00:00.5-00:00:29.5", "2026-11-22T12:00:30Z"),
            ("2026-11-22T12:00Z[Asia/Seoul][u-ca=iso8601]", "2026-11-22T12:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z"),
            ("-009998-01-01T00:00Z", "0001-01-01T00:00:00Z"),
            ("2024-02-29T00:00Z", "2024-02-29T00:00:00Z"),
        ]:
            self.assertEqual(format_instant(parse_instant(text)), written, text)

    def test_what_is_no_instant_is_refused(self) -> None:
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T12:00",
            "2026-11-22T24:00Z",
            "2026-11-22T12:60Z",
            "2026-11-22T12:00:61Z",
            "2026-02-29T00:00Z",
            "2026-13-01T00:00Z",
            "2026-1122T00:00Z",
            "2026-11-22T1200:00Z",
            "2026-11-22T12:00:00.Z",
            "2026-11-22T12:00:00.0123456789Z",
            "2026-11-22T12:00+26:00",
            "2026-11-22T12:00+09:60",
            "2026-11-22T12:00Z[!u-ca=iso8601]",
            "2026-11-22T12:00Z[Asia/]",
            "-000000-01-01T00:00Z",
            "-009999-01-01T00:00Z",
            "2026-11-22T12:00,5Z",
            "9999-12-31T23:00Z",
            " 2026-11-22T12:00Z",
            "2026-11-22T12:00Z\n",
            "２０２６-11-22T12:00Z",
        ]:
            with self.subTest(text), self.assertRaises(ValueError):
                parse_instant(text)

    def test_nothing_is_before_the_first_or_after_the_last_instant(self) -> None:
        self.assertEqual(plus_seconds(INSTANT_MAX, 1), INSTANT_MAX)
        self.assertEqual(plus_seconds(INSTANT_MIN, -1), INSTANT_MIN)
        self.assertEqual(format_instant(INSTANT_MIN), "0001-01-01T00:00:00Z")
        west = parse_zone("America/New_York")
        self.assertEqual(west.local_year(INSTANT_MIN), 0)
        self.assertEqual(west.local_year(INSTANT_MAX), 9999)


class Zones(TestCase):
    def test_a_zone_is_found_in_any_case_under_the_name_that_it_has(self) -> None:
        for text, name in [
            ("asia/seoul", "Asia/Seoul"),
            ("UTC", "UTC"),
            ("etc/utc", "Etc/UTC"),
            ("Etc/Unknown", "UTC"),
        ]:
            self.assertEqual(parse_zone(text).name, name)
        for text in ["", "Mars/Olympus", "../UTC", "Asia", "Asia/Seoul\0", "K" * 65, "서울"]:
            with self.subTest(text), self.assertRaises(NotInVocabulary):
                parse_zone(text)

    def test_a_half_hour_clock_change_cuts_the_hour(self) -> None:
        # Lord Howe falls back by 30 minutes at 02:00 local (15:00 UTC) on 2026-04-05, to 01:30.
        slate = parse_instant("2026-04-04T12:00:00Z"), parse_instant("2026-04-04T18:00:00Z")
        one_at_night_on_sunday = 1 << 6 * 24 + 1
        hours = timeline(*slate, parse_zone("Australia/Lord_Howe"))
        opened = hours.first_open(one_at_night_on_sunday, slate)
        assert opened is not None
        opens, closes = opened
        self.assertEqual(format_instant(opens), "2026-04-04T14:00:00Z")
        self.assertEqual(format_instant(closes), "2026-04-04T15:30:00Z")
