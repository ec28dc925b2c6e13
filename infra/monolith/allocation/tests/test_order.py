"""Scores of contents and the mix of a lock screen, to the last unit."""

from unittest import TestCase

from allocation.catalog.entities import FIRST_AD, FIRST_ANY, FIRST_CONTENT, Mix
from allocation.decision.content_rank import affinity_ppm, freshness_ppm
from allocation.decision.mix import interleave

HOUR = 3_600


class Scores(TestCase):
    def test_interests_in_common_raise_affinity_up_to_a_million(self) -> None:
        for interests, affinity in [
            ("", 250_000),
            ("ax", 500_000),
            ("ab", 750_000),
            ("abcd", 1_000_000),
        ]:
            self.assertEqual(affinity_ppm(frozenset("abcd"), frozenset(interests)), affinity)

    def test_freshness_steps_down_exactly_on_the_hour(self) -> None:
        for below_hours, fresh, older in [
            (1, 1_000_000, 950_000),
            (3, 950_000, 900_000),
            (6, 900_000, 800_000),
            (12, 800_000, 650_000),
            (24, 650_000, 450_000),
            (48, 450_000, 250_000),
            (96, 250_000, 120_000),
            (168, 120_000, 50_000),
        ]:
            self.assertEqual(freshness_ppm(0, below_hours * HOUR - 1), fresh)
            self.assertEqual(freshness_ppm(0, below_hours * HOUR), older)
        self.assertEqual(freshness_ppm(1, 0), 1_000_000)


class Mixes(TestCase):
    def picture(self, mix: Mix, ads: int, contents: int) -> str:
        slots, left = interleave(mix, 10, "A" * ads, "c" * contents)
        self.assertEqual(len(slots) + len(left), ads + contents, "nothing is lost")
        return "".join(slots)

    def test_the_ratio_spreads_ads_evenly(self) -> None:
        self.assertEqual(self.picture(Mix(300_000), 9, 20), "cccAccAccA")
        self.assertEqual(self.picture(Mix(500_000), 9, 20), "cAcAcAcAcA")
        self.assertEqual(self.picture(Mix(0), 9, 20), "cccccccccc")
        self.assertEqual(self.picture(Mix(1_000_000), 20, 20), "AAAAAAAAAA")

    def test_the_first_slot_is_what_the_unit_says_if_there_is_one(self) -> None:
        self.assertEqual(self.picture(Mix(300_000, FIRST_AD), 9, 20), "AcccccAccA")
        self.assertEqual(self.picture(Mix(1_000_000, FIRST_CONTENT), 20, 20), "cAAAAAAAAA")
        self.assertEqual(self.picture(Mix(300_000, FIRST_AD), 0, 20), "cccccccccc")
        self.assertEqual(self.picture(Mix(1_000_000, FIRST_CONTENT), 20, 0), "AAAAAAAAAA")

    def test_a_gap_keeps_ads_apart_even_when_contents_run_out(self) -> None:
        self.assertEqual(self.picture(Mix(1_000_000, FIRST_ANY, 2), 9, 20), "AccAccAccA")
        self.assertEqual(self.picture(Mix(1_000_000, FIRST_ANY, 2), 9, 3), "AccAc")
        self.assertEqual(self.picture(Mix(500_000), 9, 2), "cAcA")
