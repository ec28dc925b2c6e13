import json
import random
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.test import SimpleTestCase, TestCase

from delivery.documents import FactKey
from delivery.hours import day_of, ends_at, hour_of, hours_of_day, start_of, zone_of
from delivery.models import Fact
from delivery.selectors.delivered import (
    DIMENSIONS,
    Delivered,
    campaigns,
    delivered,
    delivered_by_day,
    line_items,
    totals,
    totals_of_days,
)
from delivery.services.sync import rebuild_sums
from delivery.spans import spans_of, spans_with
from delivery.tests.roll_ups import HOUR, random_facts
from kernel.tests.programs import REPOSITORY


def store_facts(facts: list[dict]) -> None:
    names = {"class": "event_class"}
    for one in facts:
        values = {names.get(name, name): "" if value is None else value for name, value in one.items()}
        Fact.objects.create(arrival_hour=HOUR, **values)
    rebuild_sums()


def summed(groups) -> tuple:
    """All groups together: events, and spend by currency."""
    spent = Counter[str]()
    for group in groups.values():
        spent.update(group.spent_nanos)
    return (
        sum(group.impressions for group in groups.values()),
        sum(group.clicks for group in groups.values()),
        sum(group.invalid for group in groups.values()),
        {currency: nanos for currency, nanos in spent.items() if nanos},
    )


class DeliveredTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        chance = random.Random(7)
        cls.facts = [one for day in range(10) for one in random_facts(chance, HOUR - 24 * day, 40)]
        store_facts(cls.facts)

    def expected(self) -> tuple:
        """The same in plain arithmetic over the facts."""
        valid = [one for one in self.facts if one["class"] == "valid"]
        spent = Counter[str]()
        for one in valid:
            if one["kind"] == "impression" and one["pricing"] == "cpm":
                spent[one["currency"]] += one["price_micros"]
            if one["kind"] == "click" and one["pricing"] == "cpc":
                spent[one["currency"]] += one["price_micros"] * 1_000
        return (
            sum(one["count"] for one in valid if one["kind"] == "impression"),
            sum(one["count"] for one in valid if one["kind"] == "click"),
            sum(one["count"] for one in self.facts if one["class"] != "valid"),
            dict(spent),
        )

    def test_all_groups_of_any_dimension_add_up_to_the_facts(self):
        for by in [(), *((name,) for name in DIMENSIONS), ("campaign", "unit", "hour")]:
            with self.subTest(by):
                groups = delivered(by)
                self.assertEqual(summed(groups), self.expected())
                self.assertTrue(by == () or len(groups) > 1)
        for zone in ("Asia/Seoul", "America/New_York", "Asia/Kolkata"):
            days = delivered_by_day(ZoneInfo(zone), ("item",))
            self.assertEqual(summed(days), self.expected(), zone)

    def test_kept_sums_are_those_of_the_facts(self):
        self.assertEqual(summed(totals()), self.expected())
        self.assertEqual(totals(("item_kind", "item")), delivered(("item_kind", "item")))
        where = Q(campaign="c-1")
        self.assertEqual(totals(("item",), where), delivered(("item",), where))
        days = totals_of_days(date(2026, 11, 1), date(2026, 11, 30), ("day", "item"))
        self.assertEqual(days, delivered_by_day(ZoneInfo("UTC"), ("item",)))
        self.assertEqual(line_items(["li-1"])["li-1"], delivered(("item",))["li-1",])
        self.assertEqual(campaigns(["c-1"])["c-1"], delivered(("campaign",))["c-1",])

    def test_the_sums_of_any_period_are_those_of_its_days(self):
        days = totals_of_days(date(2026, 11, 1), date(2026, 11, 30), ("day", "item"))
        self.assertGreater(len({day for day, _item in days}), 9)
        for first in range(17, 24):
            for last in range(first, 25):
                period = date(2026, 11, first), date(2026, 11, last)
                of_days = {key: sums for key, sums in days.items() if period[0] <= key[0] <= period[1]}
                self.assertEqual(summed(totals_of_days(*period, ("item",))), summed(of_days), period)
        self.assertEqual(totals_of_days(date(2026, 11, 2), date(2026, 11, 1)), {})

    def test_hours_bound_what_is_counted(self):
        parts = [delivered((), hours=hours) for hours in (range(HOUR), range(HOUR, HOUR + 1))]
        self.assertEqual(sum(part[()].impressions for part in parts), delivered(())[()].impressions)

    def test_a_click_rate_is_of_events_that_count(self):
        self.assertEqual(Delivered(impressions=3, clicks=1).ctr_ppm, 333_333)
        self.assertEqual(Delivered(clicks=1).ctr_ppm, 0)

    def test_a_fact_has_the_fields_of_its_key(self):
        names = {field.name for field in Fact._meta.concrete_fields}
        self.assertEqual({*FactKey._fields, "id", "arrival_hour", "count", "price_micros"}, names)


class SpanTests(SimpleTestCase):
    def test_the_spans_of_a_period_are_its_days_each_once_and_few(self):
        start = date(2026, 1, 1)
        counts = []
        for offset in range(40):
            for length in (1, 2, 7, 30, 31, 365):
                first = start + timedelta(days=offset)
                last = first + timedelta(days=length - 1)
                spans = list(spans_of(first, last))
                days = [begin + timedelta(days=day) for span, begin in spans for day in range(span)]
                self.assertEqual(days, [first + timedelta(days=day) for day in range(length)])
                self.assertTrue(all(span in dict(spans_with(begin)) for span, begin in spans))
                self.assertTrue(all((span, begin) in spans_with(begin) for span, begin in spans))
                counts += [len(spans)] if length == 30 else []
        self.assertLessEqual(max(counts), 13)


class DayTests(SimpleTestCase):
    def test_days_have_the_hours_that_the_zone_gives_them(self):
        for name, day, hours in (
            ("America/New_York", date(2026, 3, 8), 23),
            ("America/New_York", date(2026, 11, 1), 25),
            ("Asia/Seoul", date(2026, 11, 1), 24),
            # The clock goes from 23:59 to 01:00.
            ("America/Santiago", date(2026, 9, 6), 23),
            ("Asia/Kolkata", date(2026, 11, 1), 24),
            ("Australia/Lord_Howe", date(2026, 4, 5), 25),
        ):
            with self.subTest(name, day=day):
                self.assertEqual(len(hours_of_day(day, zone_of(name))), hours)

    def test_each_hour_is_of_one_day_and_days_follow_each_other(self):
        for name in ("America/New_York", "Asia/Kolkata", "America/Santiago", "Australia/Lord_Howe", "UTC"):
            zone = zone_of(name)
            day = date(2026, 1, 1)
            until = hours_of_day(day, zone).start
            while day < date(2027, 1, 2):
                hours = hours_of_day(day, zone)
                self.assertEqual(hours.start, until, (name, day))
                self.assertEqual({day_of(hour, zone) for hour in hours}, {day})
                self.assertEqual(ends_at(day, zone), start_of(hours.stop))
                day, until = day + timedelta(days=1), hours.stop

    def test_days_are_those_that_the_pacing_of_the_functions_has(self):
        file = REPOSITORY / "tests" / "fixtures" / "vectors" / "days.json"
        for vector in json.loads(file.read_text("utf-8"))["days"]:
            with self.subTest(vector["zone"], at=vector["at"]):
                zone = zone_of(vector["zone"])
                day = day_of(hour_of(datetime.fromisoformat(vector["at"])), zone)
                hours = hours_of_day(day, zone)
                self.assertEqual(day.isoformat(), vector["day"])
                self.assertEqual(start_of(hours.start), datetime.fromisoformat(vector["from"]))
                self.assertEqual(ends_at(day, zone), datetime.fromisoformat(vector["until"]))

    def test_an_hour_is_that_of_its_instants(self):
        self.assertEqual(hour_of(datetime(2026, 11, 22, 9, 59, 59, tzinfo=timezone.utc)), HOUR)
        self.assertEqual(start_of(HOUR), datetime(2026, 11, 22, 9, tzinfo=timezone.utc))
