"""Budgets at 80 % and flights that ended are told once, from what the database has."""

import json
from datetime import datetime, timedelta, timezone
from unittest import mock

from django.test import TestCase

from adops.models import Campaign
from adops.tests.rows import make_campaign, make_currency, make_line_item
from webhooks.models import Message, Sending
from webhooks.services.outbox import KEPT, prune
from webhooks.services.watching import ENDED_SINCE_MAX, watch
from webhooks.tests.cases import make_endpoint

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WON = 1_000_000


def told() -> list[dict]:
    return [json.loads(body) for body in Message.objects.order_by("pk").values_list("body", flat=True)]


class BudgetTests(TestCase):
    def campaign(self, **values) -> Campaign:
        return make_campaign(
            public_id="c-1", name="봄", budget_currency=make_currency(), timezone="Asia/Seoul", **values
        )

    def spend(self, **values: int) -> None:
        Campaign.objects.update(**values)

    def test_webhooks_a_budget_is_told_at_80_percent_once(self):
        make_endpoint()
        self.campaign(budget_micros=1_000 * WON)
        self.spend(spent_micros=800 * WON - 1)
        self.assertEqual(watch(NOW), 0)
        self.spend(spent_micros=800 * WON)
        self.assertEqual((watch(NOW), watch(NOW)), (1, 0))
        self.spend(spent_micros=990 * WON)
        self.assertEqual(watch(NOW + DAY), 0)
        (message,) = told()
        self.assertEqual(message["type"], "campaign.budget_80_percent")
        self.assertEqual(message["timestamp"], "2026-11-25T03:00:00Z")
        self.assertEqual(message["data"]["campaign"], {"id": "c-1", "name": "봄"})
        self.assertEqual(message["data"]["advertiser"]["name"], "한강커피")
        money = {
            name: message["data"][name]
            for name in ("period", "day", "currency", "budget_micros", "spent_micros")
        }
        self.assertEqual(
            money,
            {
                "period": "total",
                "day": None,
                "currency": "KRW",
                "budget_micros": 1_000 * WON,
                "spent_micros": 800 * WON,
            },
        )
        self.assertEqual(Sending.objects.count(), 1)

    def test_webhooks_a_budget_that_was_raised_is_told_again(self):
        self.campaign(budget_micros=100 * WON)
        self.spend(spent_micros=90 * WON)
        self.assertEqual(watch(NOW), 1)
        self.spend(budget_micros=200 * WON)
        self.assertEqual(watch(NOW), 0)
        self.spend(spent_micros=160 * WON)
        self.assertEqual(watch(NOW), 1)

    def test_webhooks_a_daily_budget_is_told_once_a_day_with_the_day_of_its_zone(self):
        self.campaign(daily_budget_micros=100 * WON)
        # Midnight in Seoul.
        end = datetime(2026, 11, 25, 15, 0, tzinfo=timezone.utc)
        self.spend(spent_today_micros=80 * WON, today_ends_at=end)
        self.assertEqual((watch(NOW), watch(NOW + HOUR)), (1, 0))
        self.assertEqual(watch(end), 0, "the sum is of a day that is over")
        self.spend(spent_today_micros=95 * WON, today_ends_at=end + DAY)
        self.assertEqual(watch(end), 1)
        days = [(message["data"]["period"], message["data"]["day"]) for message in told()]
        self.assertEqual(days, [("day", "2026-11-25"), ("day", "2026-11-26")])

    def test_webhooks_the_largest_budgets_are_compared_exactly(self):
        largest = 2**63 - 1
        self.campaign(budget_micros=largest)
        self.spend(spent_micros=largest * 4 // 5)
        self.assertEqual(watch(NOW), 0, "a fifth of a micro is missing")
        self.spend(spent_micros=largest * 4 // 5 + 1)
        self.assertEqual(watch(NOW), 1)

    def test_webhooks_nothing_is_told_of_archived_campaigns_and_budgets_of_zero(self):
        self.campaign(budget_micros=0)
        self.assertEqual(watch(NOW), 0)
        self.spend(budget_micros=WON, spent_micros=WON)
        Campaign.objects.update(status="archived")
        self.assertEqual(watch(NOW), 0)

    def test_webhooks_a_spent_budget_is_not_told_again_after_its_message_was_deleted(self):
        make_endpoint()
        self.campaign(budget_micros=100 * WON)
        self.spend(spent_micros=100 * WON)
        watch(NOW)
        Message.objects.update(created_at=NOW - KEPT - HOUR)
        prune(NOW)
        self.assertEqual((watch(NOW), Sending.objects.count()), (0, 0))


class FlightTests(TestCase):
    def test_webhooks_the_end_of_a_flight_is_told_once_and_again_where_it_was_moved(self):
        make_endpoint()
        campaign = make_campaign(public_id="c-1", name="Spring", starts_at=NOW - 9 * DAY, ends_at=NOW)
        self.assertEqual(watch(NOW - HOUR), 0)
        self.assertEqual((watch(NOW), watch(NOW + DAY)), (1, 0))
        Campaign.objects.update(ends_at=NOW + 2 * DAY)
        self.assertEqual((watch(NOW + DAY), watch(NOW + 2 * DAY)), (0, 1))
        first, second = told()
        self.assertEqual(
            first,
            {
                "type": "flight.ended",
                "timestamp": "2026-11-25T03:00:00Z",
                "data": {
                    "kind": "campaign",
                    "line_item": None,
                    "campaign": {"id": "c-1", "name": "Spring"},
                    "advertiser": {"id": campaign.advertiser.public_id, "name": "한강커피"},
                    "started_at": "2026-11-16T03:00:00Z",
                    "ended_at": "2026-11-25T03:00:00Z",
                },
            },
        )
        self.assertEqual(second["data"]["ended_at"], "2026-11-27T03:00:00Z")

    def test_webhooks_a_line_item_is_told_of_where_it_ends_before_its_campaign(self):
        campaign = make_campaign(public_id="c-1", ends_at=NOW + DAY)
        make_line_item(public_id="li-1", campaign=campaign, ends_at=NOW - HOUR)
        make_line_item(public_id="li-2", campaign=campaign, ends_at=NOW + 2 * DAY)
        make_line_item(public_id="li-3", campaign=make_campaign(public_id="c-2"), ends_at=NOW)
        make_line_item(public_id="li-4", campaign=campaign, ends_at=NOW, status="archived")
        self.assertEqual(watch(NOW), 2)
        self.assertEqual([message["data"]["line_item"]["id"] for message in told()], ["li-1", "li-3"])
        self.assertEqual(watch(NOW + DAY), 1, "the campaign; li-2 ends with it")

    def test_webhooks_a_new_database_does_not_tell_of_its_past(self):
        make_campaign(starts_at=NOW - 99 * DAY, ends_at=NOW - ENDED_SINCE_MAX)
        self.assertEqual(watch(NOW), 0)

    def test_webhooks_many_flights_that_end_together_are_told_in_several_looks(self):
        advertiser = make_campaign(ends_at=NOW).advertiser
        Campaign.objects.bulk_create(
            Campaign(public_id=f"c-{n}", name="n", advertiser=advertiser, starts_at=NOW - DAY, ends_at=NOW)
            for n in range(45)
        )
        with mock.patch("webhooks.services.watching._AT_ONCE", 20):
            self.assertEqual([watch(NOW) for _ in range(4)], [20, 20, 6, 0])
