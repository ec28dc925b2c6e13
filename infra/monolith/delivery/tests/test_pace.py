"""Pace: what was delivered beside what is due."""

from datetime import datetime, timedelta, timezone

from django.test import SimpleTestCase
from django.utils.translation import override

from delivery.columns import pace_bar, pace_text
from delivery.pace import Pace, pace_of

START = datetime(2026, 11, 1, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def pace(delivered: int, day: float, **values) -> Pace | None:
    values = {"target": 1_000, "opens_at": START, "closes_at": START + 10 * DAY, **values}
    return pace_of(delivered, now=START + day * DAY, **values)


class PaceTests(SimpleTestCase):
    def test_an_even_delivery_is_due_as_time_passes(self):
        for delivered, day, percent, word in (
            (0, 5, 0, "behind"),
            (310, 5, 62, "behind"),
            (450, 5, 90, "on"),
            (500, 5, 100, "on"),
            (550, 5, 110, "on"),
            (600, 5, 120, "ahead"),
            (1_000, 20, 100, "on"),
            (900, 0.02, 999, "ahead"),
        ):
            with self.subTest(delivered=delivered, day=day):
                found = pace(delivered, day)
                self.assertEqual((found.percent, found.word), (percent, word))

    def test_a_front_loaded_delivery_is_a_quarter_ahead_at_first_and_whole_at_the_end(self):
        self.assertEqual(pace(1_250, 1, target=10_000, delivery="front_loaded").percent, 102)
        self.assertEqual(pace(10_000, 10, target=10_000, delivery="front_loaded").percent, 100)

    def test_nothing_is_due_without_a_target_an_end_or_a_beginning(self):
        for values in ({"target": None}, {"target": 0}, {"closes_at": None}, {"opens_at": None}):
            self.assertIsNone(pace(5, 5, **values))
        self.assertIsNone(pace(5, 5, delivery="asap"))
        self.assertIsNone(pace(5, -1))
        self.assertIsNone(pace(5, 5, closes_at=START))

    def test_a_bar_has_a_text_in_both_languages(self):
        self.assertEqual(pace_text(Pace(62)), "behind: 62 %")
        self.assertIn('value="62"', pace_bar(Pace(62)))
        self.assertIn("behind: 62 %", pace_bar(Pace(62)))
        self.assertIn('value="200"', pace_bar(Pace(999)))
        with override("ko"):
            self.assertEqual(pace_text(Pace(62)), "지연: 62 %")
        self.assertEqual(pace_bar(None), "")
