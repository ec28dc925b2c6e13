"""Points 2 and 4: what sampled requests say of the last day, and what a draft would deliver."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import zstandard
from django.test import SimpleTestCase
from django.urls import reverse

from adops.models import GoalKind, LineItem, Status, Unit
from inspection.forecast import share
from inspection.tests.function import InspectionCase, Page

# By the hours of the period: a look at the week to come reads more minutes where they have few samples.
_MINUTES_READ = {24: 24, 168: 96}
# The function reads the minutes before its own clock, which goes on while the test runs.
_MINUTES_AROUND = range(-1, 4)


def sample(country: str, age: int) -> dict[str, Any]:
    """A request as an environment samples it."""
    year = datetime.now(timezone.utc).year
    return {
        "kind": "ads",
        "unit_id": "u-1",
        "country": country,
        "birth_year": year - age,
        "limit_ad_tracking": False,
        "history": "new",
        "slots": 1,
        "no_fill_reason": None,
    }


class Forecast(InspectionCase):
    def setUp(self) -> None:
        super().setUp()
        Unit.objects.update(ad_ratio_ppm=500_000, default_count=1)
        self.line_item = LineItem.objects.get(public_id="li-1")

    def count(self, samples: list[dict[str, Any]]) -> None:
        """Flushes of one environment in the minutes that are read of a day and of a week: each sample
        stands for ten requests of its minute.
        """
        now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
        steps = {n * hours * 60 // read for hours, read in _MINUTES_READ.items() for n in range(read)}
        minutes = {now - timedelta(minutes=step + 1 - more) for step in steps for more in _MINUTES_AROUND}
        requests = []
        for minute in sorted(minutes):
            until = int(minute.timestamp())
            document = {
                "from": until - 10,
                "until": until,
                "requests": [],
                "handed_out": [],
                "samples": {"of": 10 * len(samples), "requests": samples},
            }
            data = zstandard.ZstdCompressor().compress(json.dumps(document).encode())
            item = {
                "pk": {"S": f"counts#{minute:%Y%m%dT%H%M}#00"},
                "sk": {"S": "0000000000000001#000001"},
                "data": {"B": data},
            }
            requests.append({"PutRequest": {"Item": item}})
        for begin in range(0, len(requests), 25):
            batch = {self.delivery_table: requests[begin : begin + 25]}
            self.dynamodb.client.batch_write_item(RequestItems=batch)

    def page(self) -> Page:
        page = self.client.get(reverse("inspection:forecast_lineitem", args=[self.line_item.pk]))
        self.assertEqual(page.status_code, 200)
        return page

    def test_point_2_live_how_often_each_rule_kept_it_out_in_the_last_day_with_sample_size_and_error(
        self,
    ) -> None:
        LineItem.objects.update(targeting={"countries": {"allow": ["KR"]}, "ages": [{"min": 18, "max": 24}]})
        self.publish()
        self.count([sample("KR", 20), sample("KR", 40), sample("KR", 50), sample("JP", 60)])

        day = self.page().context["day"]["live"]

        self.assertEqual((day.samples, day.requests), (4 * 24, 4 * 10 * 1440))
        self.assertEqual((day.fits.percent, day.shows.percent), (25, 25))
        costs = {cost.rule: cost for cost in day.costs}
        self.assertEqual((costs["age"].fails.percent, costs["country"].fails.percent), (75, 25))
        self.assertLess(costs["age"].fails.low, 75)
        self.assertLess(costs["age"].fails.high - costs["age"].fails.low, 18)

    def test_point_4_what_a_draft_would_deliver_who_starves_it_and_what_each_condition_costs(self) -> None:
        draft = LineItem.objects.create(
            public_id="li-2",
            campaign=self.line_item.campaign,
            name="Draft",
            price_micros=2,
            currency=self.line_item.currency,
            status=Status.PAUSED,
            targeting={"ages": [{"min": 18, "max": 24}]},
            goal_kind=GoalKind.IMPRESSIONS,
            goal_count=1_000,
            ends_at=datetime.now(timezone.utc) + timedelta(days=8),
        )
        creative = self.line_item.creatives.get()
        creative.pk, creative.public_id, creative.line_item = None, "cr-2", draft
        creative.save()
        self.line_item.name = "Rich"
        self.line_item.save()
        self.line_item = draft
        self.count([sample("KR", 20), sample("KR", 21), sample("KR", 40)])

        context = self.page().context
        week, delivery = context["week"]["live"], context["week"]["delivery"]
        self.assertEqual(delivery.fits_a_day, 2 * 10 * 1440)
        self.assertEqual((delivery.impressions_a_day, week.shows.percent), (0, 0))
        self.assertEqual([name for name, _shown in week.rivals], ["Rich"])
        self.assertIn("at most 0 %", delivery.goal)
        self.assertEqual({cost.rule: cost.gain for cost in week.costs}, {"age": "+50 %"})

        LineItem.objects.filter(pk=draft.pk).update(price_micros=5, goal_count=800_000)
        delivery = self.page().context["week"]["delivery"]
        self.assertEqual(delivery.impressions_a_day, 2 * 10 * 1440)
        self.assertRegex(delivery.goal, r"at most 2[78] % of what is left of its goal")

    def test_point_4_without_samples_or_rows_the_page_says_so(self) -> None:
        page = self.page()
        self.assertIn("Nothing has been published yet", page.context["day"]["failure"])
        self.assertContains(page, "No request was sampled in this time.")
        form = self.client.get(reverse("admin:adops_lineitem_change", args=[self.line_item.pk]))
        self.assertContains(form, reverse("inspection:forecast_lineitem", args=[self.line_item.pk]))
        self.log_in("editor")
        address = reverse("inspection:forecast_lineitem", args=[self.line_item.pk])
        self.assertEqual(self.client.get(address).status_code, 403)


class Intervals(SimpleTestCase):
    def test_wilsons_interval_is_that_of_the_literature(self) -> None:
        # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, and 0 of 20.
        for hits, samples, low, high in (
            (81, 263, 25.53, 36.62),
            (0, 20, 0.0, 16.11),
            (15, 148, 6.24, 16.05),
        ):
            found = share(hits, samples)
            self.assertAlmostEqual(found.low, low, delta=0.01)
            self.assertAlmostEqual(found.high, high, delta=0.01)
        self.assertEqual(share(0, 0)[1:], (0.0, 100.0))
