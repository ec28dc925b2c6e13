"""Point 6: a state says what a row does right now, with the served version."""

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.test import SimpleTestCase, TestCase

from adops.admin.columns import state_badge
from adops.models import Advertiser, Campaign, Content, LineItem, Rates, ServedRow, ServedVersion, Status
from adops.models.derived import open_hours
from adops.selectors.states import (
    CampaignState,
    LineItemState,
    campaigns_with_state,
    contents_with_state,
    line_items_with_state,
)
from adops.tests.rows import (
    DAY,
    NOW,
    make_advertiser,
    make_campaign,
    make_content,
    make_line_item,
    make_unit,
)
from allocation.catalog.compile import line_item as compiled

CONTRADICTION = {"countries": {"allow": ["KR"], "deny": ["KR"]}}
ZERO = [{"window": "day", "limit": 0}]


class TrueStateTests(TestCase):
    def state_of(self, line_item: LineItem, now: datetime = NOW) -> str:
        return line_items_with_state(now).get(pk=line_item.pk).state

    def test_what_no_request_satisfies_is_not_serving(self):
        self.assertEqual(self.state_of(make_line_item(targeting=CONTRADICTION)), "contradictory")
        content = make_content(targeting=CONTRADICTION)
        self.assertEqual(contents_with_state(NOW).get(pk=content.pk).state, "contradictory")
        regions = {"countries": {"allow": ["JP"]}, "regions": {"allow": ["KR-11"]}}
        self.assertEqual(self.state_of(make_line_item(targeting=regions)), "contradictory")

    def test_a_cap_of_0_on_the_row_or_above_it_is_not_serving(self):
        self.assertEqual(self.state_of(make_line_item(caps=ZERO)), "cap_of_zero")
        campaign = make_campaign(caps=ZERO)
        self.assertEqual(self.state_of(make_line_item(campaign=campaign)), "cap_of_zero")
        of_advertiser = make_campaign(advertiser=make_advertiser(caps=ZERO))
        self.assertEqual(self.state_of(make_line_item(campaign=of_advertiser)), "cap_of_zero")
        states = campaigns_with_state(NOW).filter(pk__in=[campaign.pk, of_advertiser.pk])
        self.assertEqual({row.state for row in states}, {"cap_of_zero"})

    def test_what_brings_nothing_is_not_serving(self):
        unit = make_unit()
        self.assertEqual(self.state_of(make_line_item(price_micros=0)), "no_price")
        self.assertEqual(self.state_of(make_line_item(price_micros=0, tier="house")), "serving")
        cases: tuple[tuple[dict[str, Any], dict[str, int]], ...] = (
            ({"pricing": "cpc", "default_ctr_ppm": 0}, {"ctr_ppm": 1}),
            ({"pricing": "cpa"}, {"ctr_ppm": 1, "cvr_ppm": 1}),
            ({"pricing": "cpi"}, {"ctr_ppm": 1, "cvr_ppm": 1}),
        )
        for values, rates in cases:
            with self.subTest(values):
                line_item = make_line_item(**values)
                self.assertEqual(self.state_of(line_item), "no_rates")
                Rates.objects.create(line_item=line_item, unit=unit, **rates)
                self.assertEqual(self.state_of(line_item), "serving")
        # The rate of clicks is learned where none is typed.
        self.assertEqual(self.state_of(make_line_item(pricing="cpc")), "serving")

    def test_a_line_item_outside_its_hours_is_not_serving(self):
        # 2026-11-25 is a Wednesday, 03:00 in UTC.
        line_item = make_line_item(dayparts=[{"days": ["wed"], "from_hour": 3, "to_hour": 4}])
        self.assertEqual(self.state_of(line_item), "serving")
        self.assertEqual(self.state_of(line_item, NOW + timedelta(hours=1)), "outside_hours")
        with self.settings(ADMIN_TIME_ZONE="Asia/Seoul"):
            self.assertEqual(self.state_of(line_item), "outside_hours")

    def test_what_no_version_has_is_not_published_yet(self):
        line_item, content = make_line_item(public_id="li-1"), make_content(public_id="ct-1")
        ServedVersion.objects.create(pk=1, version=3)
        self.assertEqual(self.state_of(line_item), "not_published")
        self.assertEqual(contents_with_state(NOW).get().state, "not_published")
        self.assertEqual(campaigns_with_state(NOW).get().state, "not_published")
        for kind, row in (("campaign", line_item.campaign), ("line_item", line_item), ("content", content)):
            ServedRow.objects.create(kind=kind, key=row.public_id)
        self.assertEqual(self.state_of(line_item), "serving")
        self.assertEqual(contents_with_state(NOW).get().state, "serving")
        self.assertEqual(campaigns_with_state(NOW).get().state, "serving")

    def test_what_is_paused_here_and_served_there_is_still_served(self):
        line_item, content = make_line_item(public_id="li-1"), make_content(public_id="ct-1")
        ServedVersion.objects.create(pk=1, version=3)
        for kind, row in (("campaign", line_item.campaign), ("line_item", line_item), ("content", content)):
            ServedRow.objects.create(kind=kind, key=row.public_id)
        for status in (Status.PAUSED, Status.ARCHIVED):
            Campaign.objects.update(status=status)
            Content.objects.update(status=status)
            with self.subTest(status):
                self.assertEqual(self.state_of(line_item), "still_served")
                self.assertEqual(campaigns_with_state(NOW).get().state, "still_served")
                self.assertEqual(contents_with_state(NOW).get().state, "still_served")
        Campaign.objects.update(ends_at=NOW)
        self.assertEqual(self.state_of(line_item), "campaign_archived")
        ServedRow.objects.all().delete()
        self.assertEqual(campaigns_with_state(NOW).get().state, "archived")

    def test_a_campaign_whose_line_items_are_all_paused_says_so(self):
        campaign = make_campaign()
        self.assertEqual(campaigns_with_state(NOW).get().state, "no_line_item")
        line_item = make_line_item(campaign=campaign, status=Status.PAUSED)
        self.assertEqual(campaigns_with_state(NOW).get().state, "all_paused")
        LineItem.objects.filter(pk=line_item.pk).update(status=Status.ARCHIVED)
        self.assertEqual(campaigns_with_state(NOW).get().state, "no_line_item")

    def test_every_state_has_a_badge(self):
        make_line_item(starts_at=NOW + DAY)
        row = line_items_with_state(NOW).get()
        for states in (LineItemState, CampaignState):
            for state in states:
                row.state = state.value
                self.assertIn("state-", state_badge(row, states))

    def test_the_columns_of_rows_from_before_are_filled(self):
        line_item = make_line_item(
            caps=ZERO,
            targeting=CONTRADICTION,
            dayparts=[{"days": ["sun"], "from_hour": 23, "to_hour": 2}],
        )
        make_advertiser(caps=ZERO)
        LineItem.objects.update(allows_none=False, admits_no_phone=False, open_hours="")
        Advertiser.objects.update(allows_none=False)
        import_module("adops.migrations.0005_true_states").fill(apps, None)
        line_item.refresh_from_db()
        self.assertTrue(line_item.allows_none and line_item.admits_no_phone)
        self.assertEqual(line_item.open_hours, "11" + "0" * 165 + "1")
        self.assertEqual(Advertiser.objects.filter(allows_none=True).count(), 1)


class HoursOfTheWeekTests(SimpleTestCase):
    def test_the_column_has_the_hours_that_serving_has(self):
        for parts in (
            [],
            [{"days": [], "from_hour": 0, "to_hour": 24}],
            [{"days": ["sun", "mon"], "from_hour": 22, "to_hour": 22}],
            [
                {"days": ["tue"], "from_hour": 9, "to_hour": 18},
                {"days": ["sun"], "from_hour": 23, "to_hour": 1},
            ],
        ):
            with self.subTest(parts):
                hours = open_hours(LineItem(dayparts=parts))
                served = compiled._hours(parts)
                self.assertEqual([bool(served >> hour & 1) for hour in range(168)], [x == "1" for x in hours])
        self.assertEqual(open_hours(LineItem(dayparts=None)), "")
