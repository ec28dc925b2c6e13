"""Sums of any period, whichever table they come from, are those of the facts."""

import random
from collections import defaultdict
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

from django.test import TestCase, override_settings

from delivery.hours import day_of, hour_of, zone_of
from delivery.models import Fact
from delivery.selectors.breakdown import Period, breakdown, invalid_by_class, summed
from delivery.selectors.delivered import Delivered
from delivery.services.sync import rebuild_sums
from delivery.tests.roll_ups import HOUR, fact, random_facts
from delivery.tests.test_delivered import store_facts

DIMENSIONS = ("advertiser", "campaign", "item_kind", "item", "creative", "unit")
ZONES = ("UTC", "Asia/Seoul", "America/New_York", "Asia/Kolkata")


class BreakdownTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        chance = random.Random(11)
        store_facts([one for day in range(9) for one in random_facts(chance, HOUR - 24 * day, 30)])

    def test_groups_of_any_zone_and_period_are_those_of_the_facts(self):
        filters = (
            {},
            {"campaign": "c-1"},
            {"unit": "u-1", "item_kind": "line_item"},
            {"item": ["li-1", "ct-1"]},
        )
        for name in ZONES:
            period = Period(zone_of(name), date(2026, 11, 12), date(2026, 11, 21))
            for where in filters:
                for by in ((), *((one,) for one in DIMENSIONS), ("day", "unit"), ("item", "day"), ("hour",)):
                    with self.subTest(name, where=where, by=by):
                        self.assertEqual(breakdown(by, where, period), self.expected(by, where, period))

    def test_events_that_do_not_count_are_told_by_their_class(self):
        for name in ZONES:
            period = Period(zone_of(name), date(2026, 11, 12), date(2026, 11, 21))
            for where in ({}, {"campaign": "c-1"}, {"creative": "cr-1", "unit": "u-2"}):
                with self.subTest(name, where=where):
                    found = invalid_by_class(where, period)
                    sums = summed(breakdown((), where, period).values())
                    self.assertTrue(found)
                    self.assertEqual(sum(found.values()), sums.invalid)
                    clicks = sum(count for (kind, _class), count in found.items() if kind == "click")
                    self.assertEqual(
                        (clicks, sums.invalid - clicks), (sums.invalid_clicks, sums.invalid_impressions)
                    )

    def expected(self, by, where, period) -> dict:
        """From the facts, one by one."""
        groups = defaultdict(Delivered)
        for one in Fact.objects.all():
            wanted = all(
                getattr(one, name) in (v if isinstance(v, list) else [v]) for name, v in where.items()
            )
            day = day_of(one.hour, period.zone)
            if not wanted or not period.first <= day <= period.last:
                continue
            is_valid, is_click = one.event_class == "valid", one.kind == "click"
            key = tuple(day if name == "day" else getattr(one, name) for name in by)
            groups[key].add(
                one.currency,
                one.count if is_valid and not is_click else 0,
                one.count if is_valid and is_click else 0,
                0 if is_valid else one.count,
                one.price_micros if is_valid and not is_click and one.pricing == "cpm" else 0,
                one.price_micros if is_valid and is_click and one.pricing == "cpc" else 0,
                one.count if is_click and not is_valid else 0,
            )
        return {key: sums for key, sums in groups.items() if sums != Delivered()}


class LocalDayTests(TestCase):
    def test_the_hour_that_exists_twice_is_two_hours_of_a_day_of_25(self):
        zone = zone_of("America/New_York")
        # 00:00 in New York on 2026-11-01, when the clock goes back at 02:00.
        midnight = hour_of(datetime(2026, 11, 1, 4, tzinfo=timezone.utc))
        store_facts([fact(hour=midnight + n, count=n + 1) for n in range(-1, 26)])
        period = Period(zone, date(2026, 11, 1), date(2026, 11, 1))
        by_hour = breakdown(("hour",), {}, period)
        self.assertEqual([hour - midnight for (hour,) in sorted(by_hour)], list(range(25)))
        self.assertEqual(summed(by_hour.values()).impressions, sum(range(1, 26)))
        self.assertEqual(breakdown(("day",), {}, period)[date(2026, 11, 1),].impressions, sum(range(1, 26)))

    def test_a_day_of_23_hours_and_days_of_zones_half_an_hour_off(self):
        for name, day, hours in (
            ("America/New_York", date(2026, 3, 8), 23),
            ("Asia/Kolkata", date(2026, 11, 1), 24),
            ("Asia/Seoul", date(2026, 11, 1), 24),
        ):
            with self.subTest(name):
                Fact.objects.all().delete()
                period = Period(zone_of(name), day, day)
                whole = range(period.hours.start - 2, period.hours.stop + 2)
                store_facts([fact(hour=hour) for hour in whole])
                for zone in (name, "UTC"):
                    with override_settings(ADMIN_TIME_ZONE=ZoneInfo(zone)):
                        rebuild_sums()
                        self.assertEqual(breakdown((), {}, period)[()].impressions, hours, zone)
                        self.assertEqual(len(breakdown(("hour",), {}, period)), hours, zone)
                        self.assertEqual(breakdown(("day",), {}, period)[day,].impressions, hours, zone)
