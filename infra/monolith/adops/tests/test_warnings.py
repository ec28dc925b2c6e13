"""Warnings about rows that can be published and are likely a mistake."""

from typing import Any

from django.test import SimpleTestCase, TestCase

from adops.models import FirstSlot, LineItem, Rates, Status, Unit
from adops.rules.contradictions import impossible_dimensions, pointless_caps
from adops.selectors.warnings import (
    warnings_of_campaign,
    warnings_of_content,
    warnings_of_line_item,
    warnings_of_unit,
)
from adops.tests.rows import (
    DAY,
    NOW,
    make_advertiser,
    make_campaign,
    make_content,
    make_currency,
    make_line_item,
    make_unit,
)

EIGHT_A_DAY = [{"window": "day", "limit": 8}]


class LineItemWarningTests(TestCase):
    def setUp(self) -> None:
        self.unit = make_unit(public_id="u-1", blocked_categories=["gambling"])

    def warnings(self, line_item: LineItem) -> str:
        return " ".join(warnings_of_line_item(line_item, NOW))

    def test_what_will_be_shown_has_no_warning(self):
        line_item = make_line_item(
            targeting={"countries": {"allow": ["KR"]}}, caps=EIGHT_A_DAY, ends_at=NOW + DAY
        )
        self.assertEqual(self.warnings(line_item), "")

    def test_the_unlikely_is_named(self):
        advertiser = make_advertiser(public_id="a-1")
        mistakes: dict[str, dict[str, Any]] = {
            "flight has ended": {"ends_at": NOW - DAY / 2},
            "lie outside the campaign's": {
                "campaign": make_campaign(ends_at=NOW + DAY),
                "starts_at": NOW + 2 * DAY,
            },
            "no hour": {"dayparts": []},
            "“Countries” contradicts": {"targeting": {"countries": {"allow": ["KR"], "deny": ["KR"]}}},
            "cap of 0": {"caps": [{"window": "day", "limit": 0}]},
            "“per day” is never reached": {"caps": [*EIGHT_A_DAY, {"window": "week", "limit": 3}]},
            "“per day” is never": {
                "campaign": make_campaign(caps=[{"window": "day", "limit": 2}]),
                "caps": EIGHT_A_DAY,
            },
            "No unit": {"categories": ["gambling"]},
            "No unit can": {"targeting": {"units": {"allow": ["u-2"]}}},
            "No unit can show": {"rating": "mature"},
            "no active creative": {"with_creative": False},
        }
        for expected, values in mistakes.items():
            with self.subTest(expected):
                values.setdefault("campaign", make_campaign(advertiser=advertiser))
                self.assertIn(expected, self.warnings(make_line_item(**values)))

    def test_a_price_below_every_floor_is_named_and_one_unit_that_takes_it_is_enough(self):
        # 1,200 won are 0.864 dollars.
        line_item = make_line_item()
        self.unit.floor_price_micros = 864_000
        self.unit.save()
        self.assertEqual(self.warnings(line_item), "")
        self.unit.floor_price_micros += 1
        self.unit.save()
        self.assertIn("below the floor of the 1 unit", self.warnings(line_item))
        make_unit()
        self.assertEqual(self.warnings(line_item), "")

    def test_house_ads_know_no_floor(self):
        self.unit.floor_price_micros = 10**12
        self.unit.save()
        self.assertEqual(self.warnings(make_line_item(tier="house", price_micros=0)), "")

    def test_clicks_are_worth_what_the_rates_say(self):
        # 1,000 won a click are 0.72 USD: 3.60 per thousand impressions at the rate of before any history.
        line_item = make_line_item(pricing="cpc", price_micros=1_000_000_000)
        self.unit.floor_price_micros = 3_600_000
        self.unit.save()
        self.assertEqual(self.warnings(line_item), "")
        self.unit.floor_price_micros = 3_600_001
        self.unit.save()
        self.assertIn("below the floor", self.warnings(line_item))
        Rates.objects.create(line_item=line_item, unit=self.unit, ctr_ppm=50_000)
        self.assertEqual(self.warnings(line_item), "")
        line_item.pricing = "cpi"
        line_item.save()
        self.assertIn("below the floor", self.warnings(line_item))

    def test_a_unit_that_blocks_the_advertiser_or_shows_no_ads_cannot_show_it(self):
        line_item = make_line_item()
        for values in (
            {"blocked_advertisers": [line_item.campaign.advertiser.public_id]},
            {"blocked_advertisers": [], "ad_ratio_ppm": 0},
        ):
            with self.subTest(values):
                for name, value in values.items():
                    setattr(self.unit, name, value)
                self.unit.save()
                self.assertIn("No unit can show the line item", self.warnings(line_item))

    def test_the_least_ratio_is_enough_and_a_first_slot_for_an_ad_is_not(self):
        line_item = make_line_item()
        for ad_ratio_ppm, first_slot, is_shown in ((1, "content", True), (0, "ad", False)):
            with self.subTest(ad_ratio_ppm=ad_ratio_ppm, first_slot=first_slot):
                self.unit.ad_ratio_ppm, self.unit.first_slot = ad_ratio_ppm, first_slot
                self.unit.save()
                self.assertEqual(self.warnings(line_item) == "", is_shown)

    def test_a_row_that_serving_would_refuse_is_named(self):
        line_item = make_line_item()
        Unit.objects.update(timezone="Mars/Olympus")
        self.assertIn("Serving would refuse the catalog: unit 'u-1'", self.warnings(line_item))


class OtherWarningTests(TestCase):
    def test_a_campaign_that_ended_or_has_spent_its_budget_is_named(self):
        campaign = make_campaign(
            ends_at=NOW,
            budget_micros=1,
            budget_currency=make_currency(),
            spent_micros=1,
            caps=[{"window": "week", "limit": 5}, {"window": "hour", "limit": 9}],
        )
        warnings = " ".join(warnings_of_campaign(campaign, NOW))
        for expected in ("has ended", "budget is spent", "“per hour” is never reached"):
            self.assertIn(expected, warnings)
        self.assertEqual(warnings_of_campaign(make_campaign(status=Status.PAUSED), NOW), [])

    def test_a_content_that_expired_or_that_no_user_may_see_is_named(self):
        content = make_content(expires_at=NOW, targeting={"ages": [{"min": 9, "max": 8}]})
        warnings = " ".join(warnings_of_content(content, NOW))
        self.assertIn("has expired", warnings)
        self.assertIn("“Ages” contradicts", warnings)


def impossible_fields(targeting: dict[str, Any]) -> list[str]:
    return [dimension.field for dimension in impossible_dimensions(targeting)]


class ContradictionTests(SimpleTestCase):
    def test_targeting_that_no_user_matches_is_found(self):
        for name, condition in {
            "countries": {"allow": ["KR", "JP"], "deny": ["JP", "KR", "US"]},
            "device_makers": {"allow": ["Samsung"], "deny": ["SAMSUNG"]},
            "segments": {"all": ["a", "b"], "none": ["b"]},
            "interests": {"any": ["a", "b"], "none": ["a", "b"]},
            "os_versions": {"min": "10", "max": "9.9"},
            "key_values": {"plan": {"allow": ["a"], "deny": ["a"]}},
        }.items():
            with self.subTest(name):
                self.assertEqual(impossible_fields({name: condition}), [name])
        elsewhere = {"countries": {"allow": ["JP"]}, "regions": {"allow": ["KR-11"]}}
        self.assertEqual(impossible_fields(elsewhere), ["regions"])

    def test_targeting_that_some_user_matches_has_no_warning(self):
        for name, condition in {
            "countries": {"allow": ["KR", "JP"], "deny": ["JP"]},
            "networks": {"deny": ["wifi"]},
            "device_models": {"allow": ["É"], "deny": ["é"]},
            "segments": {"any": ["a", "b"], "none": ["a"]},
            "os_versions": {"min": "14", "max": "14.0.0.0"},
            "ages": [{"min": 9, "max": 8}, {"min": 20}],
            "regions": {"allow": ["KR-11"]},
            "user_age": "new",
            "geo": [],
        }.items():
            with self.subTest(name):
                self.assertEqual(impossible_fields({name: condition}), [])

    def test_a_cap_is_pointless_if_a_longer_or_an_outer_one_is_lower(self):
        self.assertEqual(pointless_caps({"day": 5, "week": 4}, {}), ["day"])
        self.assertEqual(pointless_caps({"day": 5}, {"lifetime": 4}), ["day"])
        self.assertEqual(pointless_caps({"day": 5}, {"hour": 4}), [])
        self.assertEqual(pointless_caps({"day": 5, "week": 5, "hour": 1}, {"day": 5}), [])


class UnitWarningTests(TestCase):
    def test_a_first_slot_for_an_ad_where_none_may_be_is_named(self):
        for ad_ratio_ppm, first_slot, is_named in (
            (0, FirstSlot.AD, True),
            (1, FirstSlot.AD, False),
            (0, FirstSlot.CONTENT, False),
        ):
            with self.subTest(ad_ratio_ppm=ad_ratio_ppm, first_slot=first_slot):
                unit = make_unit(
                    public_id=f"u-{ad_ratio_ppm}-{first_slot}",
                    ad_ratio_ppm=ad_ratio_ppm,
                    first_slot=first_slot,
                )
                self.assertEqual(bool(warnings_of_unit(unit)), is_named)
