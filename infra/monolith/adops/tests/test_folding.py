"""Old facts of delivery are folded: hours become days, and no sum changes."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.db.models import Sum
from django.test import TestCase, override_settings

from adops import folding
from adops.folding import fold_due_days, fold_in_worker
from adops.selectors.billing import billing_by
from adops.tests.rows import make_campaign, make_currency
from delivery.hours import hour_of, zone_of
from delivery.models import ArrivalHour, Fact, ItemDay, ItemTotal, SyncState, UnitTotal
from delivery.selectors.delivered import delivered, delivered_by_day
from delivery.services.folding import FOLDING, folded_until
from delivery.services.sync import rebuild_sums, sync
from delivery.tests.roll_ups import Table, fact, random_facts
from kernel.tests.local_dynamodb import LocalDynamoDB

NEW_YORK = "America/New_York"
# The clock goes back in New York on the first, which has 25 hours.
FIRST = hour_of(datetime(2026, 10, 31, tzinfo=timezone.utc))
DAYS = 3
NOW = datetime(2026, 11, 4, tzinfo=timezone.utc) + timedelta(days=100)
BY = (("item",), ("creative",), ("unit",), ("advertiser",), ("campaign", "item_kind"))


def folds(now: datetime = NOW) -> list[str]:
    return [str(folded.day) for folded in fold_due_days(now)]


@override_settings(DELIVERY_HOURS_DAYS=100, ADMIN_TIME_ZONE=zone_of("Asia/Seoul"))
class FoldingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.won = make_currency()
        make_currency("USD", 1_000_000)
        cls.campaign = make_campaign(public_id="c-1", budget_currency=cls.won, timezone=NEW_YORK)
        chance = random.Random(7)
        hours = range(FIRST, FIRST + DAYS * 24)
        Fact.objects.bulk_create(one for hour in hours for one in _arrived(chance, hour))
        ArrivalHour.objects.bulk_create(ArrivalHour(hour=hour, digest=str(hour)) for hour in hours)
        rebuild_sums()
        SyncState.objects.update(closed_until=FIRST + DAYS * 24)

    def sums(self) -> dict[str, Any]:
        """All that can be asked of facts, but for hours."""
        zones = [zone_of("Asia/Seoul"), zone_of(NEW_YORK)]
        mine = {"campaign": "c-1"}
        found: dict[str, Any] = {str(by): delivered(by) for by in ((), *BY)}
        found["admin"] = delivered_by_day(zones[0], ("item", "unit", "creative"))
        found["campaign"] = _of(delivered_by_day(zones[1], ("campaign", "item")), 1, mine["campaign"])
        for by in ((), ("item",), ("day",), ("day", "unit")):
            found[f"billed {by}"] = billing_by(self.campaign, by)
        return found

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        left_out = ("id",)
        return {
            model.__name__: sorted(
                model.objects.values_list(
                    *(field.name for field in model._meta.concrete_fields if field.name not in left_out)
                ),
                key=str,
            )
            for model in (ItemTotal, ItemDay, UnitTotal)
        }

    def test_days_keep_all_sums_in_the_zones_of_the_admin_and_the_campaign(self) -> None:
        before, facts = self.sums(), Fact.objects.count()
        self.assertEqual(folds(), ["2026-10-31", "2026-11-01", "2026-11-02"])
        self.assertEqual(self.sums(), before)
        self.assertLess(Fact.objects.count(), facts / 2)
        self.assertEqual(folded_until(), FIRST + DAYS * 24)
        hours = sorted(set(Fact.objects.values_list("arrival_hour", flat=True)))
        self.assertEqual(hours, [FIRST, FIRST + 24, FIRST + 48])

    def test_folding_again_changes_nothing_and_sums_made_anew_are_those_of_before(self) -> None:
        rows = self.rows()
        folds()
        folded = sorted(Fact.objects.values_list())
        self.assertEqual(folds(), [])
        self.assertEqual(sorted(Fact.objects.values_list()), folded)
        # A fold that ended before its last mark.
        ArrivalHour.objects.filter(hour=FIRST + 24).update(digest=FOLDING)
        self.assertEqual(folds(), ["2026-11-01"])
        self.assertEqual(sorted(Fact.objects.values_list()), folded)
        rebuild_sums()
        for name, kept in self.rows().items():
            self.assertEqual(_something(kept), _something(rows[name]), name)

    def test_what_is_younger_or_not_closed_stays_by_the_hour(self) -> None:
        self.assertEqual(folds(NOW - timedelta(days=1, seconds=1)), ["2026-10-31", "2026-11-01"])
        SyncState.objects.update(closed_until=FIRST + DAYS * 24 - 1)
        self.assertEqual(folds(), [])
        with override_settings(DELIVERY_HOURS_DAYS=0):
            SyncState.objects.update(closed_until=FIRST + DAYS * 24)
            self.assertEqual(folds(), [])

    def test_the_day_on_which_a_budget_ran_out_stays_by_the_hour(self) -> None:
        """Which line item is billed the last part depends on the order of that day's arrivals."""
        spent = billing_by(self.campaign, ())[()]
        self.campaign.budget_micros = spent.micros(spent.spent) // 2
        self.campaign.spent_micros = spent.micros(spent.spent)
        self.campaign.save()
        before = self.sums()
        self.assertTrue(any(part.unbilled and part.billed for part in before["billed ('item',)"].values()))
        folds()
        self.assertEqual(self.sums(), before)
        of_campaign = Fact.objects.filter(campaign="c-1").values_list("arrival_hour", flat=True)
        by_day = [
            len({hour for hour in of_campaign if hour // 24 == FIRST // 24 + day}) for day in range(DAYS)
        ]
        self.assertEqual(sorted(by_day)[:2], [1, 1], by_day)
        self.assertGreater(max(by_day), 1, by_day)

    def test_the_command_says_what_is_kept_and_the_worker_folds_a_day_at_a_time(self) -> None:
        # Tests of the worker may have left it idle.
        folding._Worker.idle_at = float("-inf")
        self.addCleanup(setattr, folding._Worker, "idle_at", float("-inf"))
        with override_settings(DELIVERY_HOURS_DAYS=1):
            said = _command("--check")
            self.assertIn("facts are due to be folded", said)
            self.assertEqual(folded_until(), 0)
            for day in range(DAYS):
                fold_in_worker()
                self.assertEqual(folded_until(), FIRST + (day + 1) * 24)
            said = _command()
        self.assertIn("by the day until 2026-11-03 00:00 UTC, by the hour since", said)
        self.assertIn("\n0 facts are due to be folded", said)


class FoldedHours(TestCase):
    def test_an_hour_that_is_folded_is_not_read_again(self) -> None:
        server = LocalDynamoDB()
        self.addCleanup(server.stop)
        table = Table(server)
        for hour in range(FIRST, FIRST + 48):
            table.put_hour(hour, [fact(hour=hour)])
        table.move(first=FIRST, closed_until=FIRST + 48, until_minutes=(FIRST + 48) * 60)
        sync(table.store, lambda hour, facts: None)
        with override_settings(DELIVERY_HOURS_DAYS=100):
            self.assertEqual(folds(NOW - timedelta(days=2, seconds=1)), ["2026-10-31"])
        facts = _arrivals()
        self.assertLess(len(facts), 30)
        for since in (None, FIRST, FIRST + 24):
            sync(table.store, lambda hour, facts: None, since=since)
            self.assertEqual(_arrivals(), facts)
        self.assertEqual(Fact.objects.aggregate(count=Sum("count"))["count"], 48)
        with override_settings(DELIVERY_TABLE=table.name), self.assertRaisesRegex(CommandError, "are folded"):
            call_command("sync_delivery", "--since", "2026-10-31T05:00Z")


def _arrived(chance: random.Random, arrival_hour: int) -> Iterator[Fact]:
    """Facts of an arrival hour, most of which differ from others in their hours alone."""
    for one in random_facts(chance, arrival_hour, 16):
        values = {name: "" if value is None else value for name, value in one.items()}
        values["event_class"] = values.pop("class")
        if chance.random() < 0.8:
            values |= {"creative": "cr-1", "unit": "u-1", "pricing": "cpm", "currency": "KRW"}
            values |= {
                "event_class": "valid",
                "kind": "impression",
                "count": 2,
                "price_micros": 10_000_000_000,
            }
        yield Fact(arrival_hour=arrival_hour, **values)


def _command(*options: str) -> str:
    said = StringIO()
    call_command("fold_delivery", *options, stdout=said)
    return said.getvalue()


def _arrivals() -> list[tuple[Any, ...]]:
    return sorted(Fact.objects.values_list("arrival_hour", "hour", "count"))


def _of(groups: dict[tuple[Any, ...], Any], place: int, value: str) -> dict[tuple[Any, ...], Any]:
    return {group: sums for group, sums in groups.items() if group[place] == value}


def _something(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that have come to something: sums made anew have no others."""
    return [row for row in rows if any(isinstance(value, int) and value for value in row[-5:])]
