"""The states in lists: the first reason that keeps a row from being shown."""

from datetime import timedelta
from typing import Any

from django.test import TestCase

from adops.admin.columns import describe_start
from adops.models import Status
from adops.selectors.states import (
    campaigns_with_state,
    contents_with_state,
    line_items_with_state,
)
from adops.tests.rows import (
    DAY,
    NOW,
    make_campaign,
    make_content,
    make_creative,
    make_currency,
    make_line_item,
)
from delivery.models import ItemTotal


class LineItemStateTests(TestCase):
    def state_of(self, campaign: dict[str, Any] | None = None, **values: Any) -> str:
        line_item = make_line_item(campaign=make_campaign(**(campaign or {})), **values)
        return line_items_with_state(NOW).get(pk=line_item.pk).state

    def test_a_line_item_that_nothing_keeps_back_is_serving(self):
        self.assertEqual(self.state_of(), "serving")

    def test_each_thing_that_keeps_it_back_has_a_name(self):
        budget = {"budget_micros": 5, "budget_currency": make_currency(), "spent_micros": 5}
        daily = {
            "daily_budget_micros": 5,
            "budget_currency": make_currency(),
            "spent_today_micros": 5,
            "today_ends_at": NOW + DAY,
        }
        ItemTotal.objects.create(item_kind="line_item", item="li-goal", impressions=9, clicks=1)
        reasons: dict[str, dict[str, Any]] = {
            "archived": {"status": Status.ARCHIVED},
            "paused": {"status": Status.PAUSED},
            "campaign_archived": {"campaign": {"status": Status.ARCHIVED}},
            "campaign_paused": {"campaign": {"status": Status.PAUSED}},
            "ended": {"ends_at": NOW},
            "outside_campaign": {"starts_at": NOW + 3 * DAY, "campaign": {"ends_at": NOW + DAY}},
            "budget_spent": {"campaign": budget},
            "goal_reached": {"goal_kind": "clicks", "goal_count": 1, "public_id": "li-goal"},
            "daily_budget_spent": {"campaign": daily},
            "no_creative": {"with_creative": False},
            "no_hours": {"dayparts": []},
            "starts_later": {"starts_at": NOW + DAY},
        }
        for expected, values in reasons.items():
            with self.subTest(expected):
                self.assertEqual(self.state_of(**values), expected)

    def test_a_goal_that_is_not_reached_and_a_day_that_is_over_keep_nothing_back(self):
        ItemTotal.objects.create(item_kind="line_item", item="li-near", impressions=9, clicks=1)
        for goal in (
            {"goal_kind": "clicks", "goal_count": 2},
            {"goal_kind": "impressions", "goal_count": 10},
        ):
            with self.subTest(goal):
                self.assertEqual(self.state_of(**goal, public_id=f"li-{goal['goal_kind']}"), "serving")
        over = {
            "daily_budget_micros": 5,
            "budget_currency": make_currency(),
            "spent_today_micros": 5,
            "today_ends_at": NOW,
        }
        self.assertEqual(self.state_of(campaign=over), "serving")
        self.assertEqual(self.state_of(campaign={**over, "daily_budget_micros": 0}), "daily_budget_spent")

    def test_dates_are_those_of_line_item_and_campaign_cut_together(self):
        campaign = {"starts_at": NOW + DAY, "ends_at": NOW + 5 * DAY}
        flights: list[tuple[dict[str, Any], tuple[timedelta, timedelta]]] = [
            ({}, (DAY, 5 * DAY)),
            ({"starts_at": NOW + 2 * DAY}, (2 * DAY, 5 * DAY)),
            ({"starts_at": NOW - DAY, "ends_at": NOW + 9 * DAY}, (DAY, 5 * DAY)),
            ({"ends_at": NOW + 3 * DAY}, (DAY, 3 * DAY)),
        ]
        for own, expected in flights:
            with self.subTest(own):
                line_item = make_line_item(campaign=make_campaign(**campaign), **own)
                found = line_items_with_state(NOW).get(pk=line_item.pk)
                self.assertEqual((found.opens_at - NOW, found.closes_at - NOW), expected)
        endless = make_line_item(campaign=make_campaign(), ends_at=None)
        self.assertIsNone(line_items_with_state(NOW).get(pk=endless.pk).closes_at)

    def test_a_flight_is_half_open_as_it_is_in_serving(self):
        self.assertEqual(self.state_of(starts_at=NOW), "serving")
        self.assertEqual(self.state_of(campaign={"ends_at": NOW}), "ended")

    def test_a_creative_that_is_paused_is_none(self):
        line_item = make_line_item(with_creative=False)
        make_creative(line_item=line_item, status=Status.PAUSED)
        self.assertEqual(line_items_with_state(NOW).get().state, "no_creative")

    def test_states_of_many_rows_take_one_query(self):
        for number in range(5):
            make_line_item(campaign=make_campaign(name=str(number)))
        with self.assertNumQueries(1):
            states = [row.state for row in line_items_with_state(NOW)]
        self.assertEqual(states, ["serving"] * 5)


class CampaignStateTests(TestCase):
    def test_a_campaign_serves_if_one_of_its_line_items_does(self):
        campaign = make_campaign()
        self.assertEqual(campaigns_with_state(NOW).get().state, "no_line_item")
        make_line_item(campaign=campaign, with_creative=False)
        self.assertEqual(campaigns_with_state(NOW).get().state, "nothing_serves")
        make_line_item(campaign=campaign)
        with self.assertNumQueries(1):
            self.assertEqual(campaigns_with_state(NOW).get().state, "serving")

    def test_each_thing_that_keeps_it_back_has_a_name(self):
        budget = {"budget_micros": 0, "budget_currency": make_currency()}
        states: dict[str, dict[str, Any]] = {
            "archived": {"status": Status.ARCHIVED},
            "paused": {"status": Status.PAUSED},
            "ended": {"ends_at": NOW},
            "budget_spent": budget,
            "starts_later": {"starts_at": NOW + DAY},
        }
        for expected, values in states.items():
            with self.subTest(expected):
                line_item = make_line_item(campaign=make_campaign(**values))
                found = campaigns_with_state(NOW).get(pk=line_item.campaign_id)
                self.assertEqual(found.state, expected)


class ContentStateTests(TestCase):
    def test_contents_live_from_publication_to_expiry(self):
        states: dict[str, dict[str, Any]] = {
            "serving": {},
            "archived": {"status": Status.ARCHIVED},
            "paused": {"status": Status.PAUSED},
            "expired": {"expires_at": NOW},
            "starts_later": {"published_at": NOW + DAY},
        }
        for expected, values in states.items():
            with self.subTest(expected):
                content = make_content(**values)
                self.assertEqual(contents_with_state(NOW).get(pk=content.pk).state, expected)


class StartTests(TestCase):
    def test_a_start_is_named_by_hour_weekday_or_date(self):
        # 2026-11-25 is a Wednesday, 03:00 in UTC.
        self.assertEqual(describe_start(NOW + DAY / 4, NOW), "starts today 09:00")
        self.assertEqual(describe_start(NOW + DAY, NOW), "starts Thursday 03:00")
        self.assertEqual(describe_start(NOW + 6 * DAY, NOW), "starts Tuesday 03:00")
        self.assertEqual(describe_start(NOW + 7 * DAY, NOW), "starts 2026-12-02")
