import random
from datetime import date
from io import StringIO
from unittest import mock
from zoneinfo import ZoneInfo

from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from delivery.models import ArrivalHour, Fact, ItemDay, ItemTotal, SyncState
from delivery.services.sums import MODELS, Sums
from delivery.services.sync import Synced, rebuild_sums, sync
from delivery.startup import sync_in_worker
from delivery.tests.roll_ups import HOUR, VECTORS, Table, fact, random_facts, stored
from kernel.published.errors import Malformed, StoreError
from kernel.tests.local_dynamodb import LocalDynamoDB


class SyncCase(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = LocalDynamoDB()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self) -> None:
        self.table = Table(self.server)

    def sync(self, **options: int) -> Synced:
        return sync(self.table.store, lambda hour, facts: None, **options)

    def assert_sums_are_those_of_the_facts(self) -> None:
        kept = {model: list(_sums(model)) for model in MODELS}
        rebuild_sums()
        for model, rows in kept.items():
            self.assertEqual(sorted(rows), sorted(_sums(model)), model.__name__)


def _sums(model) -> list[tuple]:
    """The rows of a model that came to something, without their keys in the database."""
    names = [field.name for field in model._meta.concrete_fields if field.name != "id"]
    counted = [name for name in names if name in Sums._fields]
    rows = model.objects.values(*names)
    return [tuple(map(str, row.values())) for row in rows if any(row[name] for name in counted)]


class ClosedHours(SyncCase):
    def test_the_vectors_of_the_functions_are_read_to_the_digit(self):
        for part in ("hours", "minutes"):
            for document in VECTORS[part]:
                name = document["sk"].partition("#")[0]
                self.table.put(document["pk"], name, document["document"]["facts"])
        expected = sorted(
            (
                one["hour"],
                one["item"],
                one["creative"] or "",
                one["unit"] or "",
                one["campaign"] or "",
                one["kind"],
                one["class"],
                one["count"],
                one["price_micros"],
            )
            for one in VECTORS["hours"][0]["document"]["facts"]
        )
        # The hour is open: its minutes are summed, and a class that was taken back leaves nothing.
        self.table.move(first=HOUR, closed_until=HOUR, until_minutes=HOUR * 60 + 4)
        self.assertEqual(self.sync(), Synced(1, len(expected)))
        self.assertEqual(stored(), expected)
        # It is closed: its roll-up says the same.
        self.table.close(HOUR)
        self.sync()
        self.assertEqual(stored(), expected)
        self.assert_sums_are_those_of_the_facts()

    def test_reading_again_changes_nothing_and_a_new_hour_adds_its_own(self):
        self.table.put_hour(HOUR, [fact(), fact(kind="click")])
        self.table.close(HOUR)
        self.assertEqual(self.sync(), Synced(1, 2))
        self.assertEqual(self.sync(), Synced(0, 0))
        self.assertEqual(self.sync(since=HOUR), Synced(0, 0))
        self.table.put_hour(HOUR + 2, [fact(count=3, price_micros=15_000_000_000)])
        self.table.close(HOUR, HOUR + 2)
        self.assertEqual(self.sync(), Synced(1, 1))
        total = ItemTotal.objects.get(item="li-1")
        self.assertEqual((total.impressions, total.clicks, total.cpm_price_micros), (4, 1, 20_000_000_000))

    def test_a_roll_up_that_was_made_anew_replaces_its_hour_alone(self):
        self.table.put_hour(HOUR, [fact(count=100, price_micros=500), fact(item="li-2")])
        self.table.put_hour(HOUR + 1, [fact(item="li-3")])
        self.table.close(HOUR, HOUR + 1)
        self.sync()
        self.table.put_hour(HOUR, [fact(count=99, price_micros=495)])
        self.table.delete_hour(HOUR + 1)
        self.assertEqual(self.sync(), Synced(0, 0))
        self.assertEqual(self.sync(since=HOUR), Synced(1, 1))
        self.assertEqual([row[-2:] for row in stored()], [(99, 495)])
        self.assertEqual(list(ArrivalHour.objects.values_list("hour", flat=True)), [HOUR])
        self.assert_sums_are_those_of_the_facts()

    def test_a_document_in_pieces_is_put_together(self):
        facts = [fact(item=f"li-{number}", price_micros=number * 7_919) for number in range(300)]
        self.table.put_hour(HOUR, facts, pieces=3)
        self.table.close(HOUR)
        self.assertEqual(self.sync(), Synced(1, 300))

    def test_hours_of_many_days_are_found_between_the_first_and_the_last(self):
        hours = [HOUR - 24 * 40, HOUR - 24 * 3 - 1, HOUR - 9, HOUR]
        for hour in hours:
            self.table.put_hour(hour, [fact(hour=hour)])
        self.table.close(*hours)
        self.assertEqual(self.sync(), Synced(4, 4))
        self.assertEqual(list(ArrivalHour.objects.order_by("hour").values_list("hour", flat=True)), hours)


class OpenHours(SyncCase):
    def test_a_minute_that_was_computed_again_replaces_what_it_said(self):
        self.table.put_minute(HOUR, 0, [fact()])
        self.table.move(first=HOUR, closed_until=HOUR, until_minutes=HOUR * 60 + 1)
        self.assertEqual(self.sync(), Synced(1, 1))
        self.assertEqual(self.sync(), Synced(0, 0))
        self.table.put_minute(HOUR, 0, [fact(count=2, price_micros=10_000_000_000)])
        self.table.put_minute(HOUR, 1, [fact(item="li-2")])
        self.table.move(first=HOUR, closed_until=HOUR, until_minutes=HOUR * 60 + 2)
        self.assertEqual(self.sync(), Synced(1, 2))
        self.assertEqual(ItemTotal.objects.get(item="li-1").impressions, 2)
        self.assert_sums_are_those_of_the_facts()

    def test_nothing_is_read_before_anything_was_rolled_up(self):
        self.assertEqual(self.sync(), Synced(0, 0))
        self.assertIsNotNone(SyncState.objects.get().synced_at)

    def test_a_cursor_that_begins_anew_takes_nothing_away(self):
        self.table.put_hour(HOUR, [fact()])
        self.table.close(HOUR)
        self.sync()
        # The minutes of the hour have expired long ago.
        self.table.move(first=HOUR - 1, closed_until=HOUR - 1, until_minutes=HOUR * 60 + 60)
        self.assertEqual(self.sync(), Synced(0, 0))
        self.assertEqual((Fact.objects.count(), SyncState.objects.get().closed_until), (1, HOUR + 1))

    def test_a_document_whose_pieces_are_being_replaced_is_read_once_more(self):
        self.table.put_hour(HOUR, [fact()])
        self.table.close(HOUR)
        read = self.table.store.hour
        answers = [Malformed("the checksum is wrong"), read(HOUR)]
        with mock.patch.object(self.table.store, "hour", side_effect=answers):
            self.assertEqual(self.sync(), Synced(1, 1))


class KeptSums(SyncCase):
    def test_sums_are_those_of_the_facts_whatever_was_replaced(self):
        chance = random.Random(12)
        hours = range(HOUR, HOUR + 8)
        for _round in range(3):
            for hour in chance.sample(list(hours), 5):
                self.table.put_hour(hour, random_facts(chance, hour, chance.choice([1, 40])))
            self.table.close(*hours)
            self.sync(since=HOUR)
            self.assertGreater(Fact.objects.count(), 20)
            self.assert_sums_are_those_of_the_facts()

    def test_days_are_those_of_the_admins_zone_and_follow_it(self):
        # 14:59 and 15:00 UTC are the last and the first hour of days in Seoul.
        midnight = HOUR + 6
        self.table.put_hour(midnight, [fact(hour=midnight - 1), fact(hour=midnight)])
        self.table.close(midnight)
        with override_settings(ADMIN_TIME_ZONE=ZoneInfo("Asia/Seoul")):
            self.sync()
            days = list(ItemDay.objects.filter(days=1).order_by("day").values_list("day", "impressions"))
        self.assertEqual(days, [(date(2026, 11, 22), 1), (date(2026, 11, 23), 1)])
        with override_settings(ADMIN_TIME_ZONE=ZoneInfo("UTC")):
            self.sync()
        days = ItemDay.objects.filter(days=1).values_list("day", "impressions")
        self.assertEqual(list(days), [(date(2026, 11, 22), 2)])


class Faults(SyncCase):
    def test_a_document_that_cannot_be_read_leaves_the_facts_as_they_were(self):
        self.table.put_hour(HOUR, [fact()])
        self.table.close(HOUR)
        self.sync()
        broken = [
            [fact(count="1")],
            [fact(count=2**63)],
            [fact(kind="view")],
            [{"hour": HOUR}],
            [fact(item="x" * 65)],
            [7],
        ]
        for facts in broken:
            self.table.put_hour(HOUR + 1, [fact(item="li-2"), *facts])
            self.table.close(HOUR, HOUR + 1)
            with self.subTest(facts), self.assertRaisesMessage(StoreError, "cannot be read"):
                self.sync()
        data = {"pk": {"S": "hours#20261122"}, "sk": {"S": "10#000"}, "data": {"B": b"no frame"}}
        self.table.client.put_item(TableName=self.table.name, Item=data)
        with self.assertRaisesMessage(StoreError, "cannot be decompressed"):
            self.sync()
        self.assertEqual(Fact.objects.count(), 1)

    def test_a_fault_in_the_middle_of_an_hour_writes_nothing_of_it(self):
        self.table.put_hour(HOUR, [fact(), fact(item="li-2")])
        self.table.close(HOUR)
        with (
            mock.patch("delivery.services.sums._apply", side_effect=RuntimeError("the database is full")),
            self.assertRaises(RuntimeError),
        ):
            self.sync()
        self.assertEqual((Fact.objects.count(), ArrivalHour.objects.count()), (0, 0))
        self.assertEqual(self.sync(), Synced(1, 2))

    def test_the_worker_goes_on_without_a_store(self):
        with override_settings(DELIVERY_TABLE="", DYNAMODB_ENDPOINT_URL=self.server.url):
            sync_in_worker()
        self.assertFalse(SyncState.objects.exists())


class Command(SyncCase):
    def run_command(self, *arguments: str) -> str:
        output = StringIO()
        with (
            mock.patch("delivery.management.commands.sync_delivery.configured_store") as store,
        ):
            store.return_value = self.table.store
            call_command("sync_delivery", *arguments, stdout=output)
        return output.getvalue()

    def test_it_says_what_it_has_read(self):
        self.table.put_hour(HOUR, [fact()])
        self.table.close(HOUR)
        self.assertEqual(self.run_command(), "2026-11-22 09:00 UTC: 1 facts\n1 hours changed, 1 facts\n")
        self.assertIn("0 hours changed", self.run_command("--since", "2026-11-22T09:00Z", "--sums"))

    def test_mistakes_are_one_line(self):
        for arguments, problem in (
            (("--every", "0"), "at least 1"),
            (("--since", "yesterday"), "such as 2026-11-22T09:00Z"),
            (("--since", "2026-11-22T09:00"), "such as 2026-11-22T09:00Z"),
            (("--since", "2026-13-22T09:00Z"), "such as 2026-11-22T09:00Z"),
        ):
            with self.subTest(arguments), self.assertRaisesMessage(CommandError, problem):
                self.run_command(*arguments)
        with (
            override_settings(DELIVERY_TABLE=""),
            self.assertRaisesMessage(CommandError, "set LOCKFILL_DELIVERY_TABLE"),
        ):
            call_command("sync_delivery")
