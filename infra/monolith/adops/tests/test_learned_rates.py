"""Click rates that are learned from deliveries."""

from unittest import mock

from django.test import TestCase

from adops.selectors.learned_rates import (
    PRIOR_CLICKS,
    PRIOR_CTR_PPM,
    LearnedRates,
    complete_rates,
)
from adops.selectors.reach import reach_of
from adops.tests.rows import make_currency, make_line_item, make_unit
from delivery.models import UnitTotal


def history(item: str, unit: str, impressions: int, clicks: int) -> None:
    UnitTotal.objects.create(item=item, unit=unit, impressions=impressions, clicks=clicks)


def default_of(item: str, typed: int | None = None) -> int:
    return LearnedRates().defaults({item: typed})[item]


def rate_of(item: str, unit: str, typed: int | None = None) -> int:
    return LearnedRates().on_units({item: typed})[item, unit]


class LearnedRatesTests(TestCase):
    def test_without_any_history_the_prior_stands(self):
        self.assertEqual(default_of("li-new"), PRIOR_CTR_PPM)
        self.assertEqual(LearnedRates().on_units({"li-new": None}), {})

    def test_a_line_item_without_history_has_the_rate_of_all(self):
        history("li-1", "u-1", 2_000_000, 20_000)
        self.assertEqual(default_of("li-new"), 10_000)

    def test_a_long_history_is_believed_and_a_short_one_is_drawn_to_the_units_rate(self):
        history("li-long", "u-1", 1_000_000, 30_000)
        history("li-rest", "u-1", 9_000_000, 70_000)
        self.assertEqual(rate_of("li-long", "u-1"), 30_000)
        # One lucky click in ten impressions is no rate of 10 %.
        history("li-short", "u-1", 10, 1)
        self.assertTrue(10_000 <= rate_of("li-short", "u-1") <= 11_500, rate_of("li-short", "u-1"))
        # Nor are some hundred impressions without a click one of 0 %.
        history("li-cold", "u-1", 500, 0)
        self.assertTrue(5_000 <= rate_of("li-cold", "u-1") < 10_000, rate_of("li-cold", "u-1"))

    def test_its_own_history_weighs_as_much_as_the_prior_at_twenty_clicks(self):
        history("li-rest", "u-1", 100_000_000, 1_000_000)
        # 4,000 impressions would give 40 clicks at the unit's 1 %: here there are 20 of 2,000.
        history("li-half", "u-2", 0, 0)
        history("li-1", "u-1", PRIOR_CLICKS * 100, PRIOR_CLICKS * 3)
        # Three times as good as expected: the lift is 2, and the rate lies between that and 3 %.
        self.assertTrue(20_000 <= rate_of("li-1", "u-1") <= 30_000, rate_of("li-1", "u-1"))
        self.assertEqual(default_of("li-1"), 20_000)

    def test_what_a_line_item_is_worth_on_a_new_unit_follows_what_it_is_worth_elsewhere(self):
        history("li-good", "u-1", 1_000_000, 40_000)
        history("li-bad", "u-1", 1_000_000, 1_000)
        history("li-rest", "u-2", 10_000_000, 100_000)
        # 12,000 of all line items, and nearly twice the clicks that the units' rates would give.
        self.assertEqual((default_of("li-new"), default_of("li-good")), (12_000, 23_000))
        self.assertLess(default_of("li-bad"), default_of("li-new") // 5)

    def test_a_typed_rate_is_the_default_and_the_prior_on_units(self):
        history("li-1", "u-1", 100, 0)
        self.assertEqual(default_of("li-1", 80_000), 80_000)
        # As if 250 impressions at 8 % had been seen too.
        self.assertEqual(rate_of("li-1", "u-1", 80_000), 57_000)
        self.assertEqual(default_of("li-1", 0), 0)

    def test_rates_stay_within_bounds_whatever_was_counted(self):
        for impressions, clicks in ((0, 10), (1, 1_000), (-5, -3), (10**12, 10**12), (10**12, 0)):
            UnitTotal.objects.all().delete()
            history("li-1", "u-1", impressions, clicks)
            rates = LearnedRates()
            found = [*rates.defaults({"li-1": None}).values(), *rates.on_units({"li-1": None}).values()]
            self.assertTrue(all(1 <= ppm <= 1_000_000 for ppm in found), (impressions, clicks, found))

    def test_a_rate_has_two_digits_so_that_few_rows_change(self):
        history("li-1", "u-1", 1_000_000, 5_234)
        self.assertEqual(rate_of("li-1", "u-1"), 5_200)

    def test_typed_rows_take_the_place_of_learned_ones_and_units_that_are_gone_have_none(self):
        for unit in ("u-1", "u-2", "u-gone", "#00000000000000c0", ""):
            history("li-1", unit, 1_000_000, 5_000)
        typed = {"line_item__public_id": "li-1", "unit__public_id": "u-2", "ctr_ppm": 7, "cvr_ppm": 8}
        rows = complete_rates(LearnedRates(), [typed], {"li-1": None}, {"u-1", "u-2"})
        found = [(row["unit__public_id"], row["ctr_ppm"], row["cvr_ppm"]) for row in rows]
        self.assertEqual(found, [("u-1", 5_000, 0), ("u-2", 7, 8)])

    def test_a_price_per_click_passes_a_floor_at_its_learned_rate(self):
        make_unit(public_id="u-1", floor_price_micros=1_000_000)
        # 1 USD a click is 5 USD per thousand impressions at the prior of 0.5 %.
        dollar = make_currency("USD", 1_000_000)
        line_item = make_line_item(public_id="li-1", pricing="cpc", price_micros=1_000_000, currency=dollar)
        self.assertEqual(reach_of(line_item), (1, 0))
        history("li-1", "u-1", 1_000_000, 100)
        self.assertEqual(reach_of(line_item), (1, 1))

    def test_a_history_that_comes_between_two_questions_is_no_fault(self):
        rates = LearnedRates()
        history("li-1", "u-new", 100, 10)
        with mock.patch.object(rates, "_by_unit_ppm", {}):
            self.assertGreater(rates.on_units({"li-1": None})["li-1", "u-new"], PRIOR_CTR_PPM)
