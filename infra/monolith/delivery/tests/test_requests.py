"""What environments have counted of requests, as the admin sums it up."""

import os
from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import mock

from django.test import TestCase

from allocation.dao.counts import CountsName
from allocation.dao.dynamodb_delivery import DynamoDelivery
from delivery.hours import hour_of
from delivery.models import SyncState
from delivery.selectors.requests import requests
from delivery.services.requests import sync_requests
from delivery.store import DeliveryStore
from delivery.tests.roll_ups import Table
from kernel.tests.local_dynamodb import LocalDynamoDB

NOW = datetime(2026, 11, 25, 3, 10, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)


class RequestCase(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.server = LocalDynamoDB()
        cls.addClassCleanup(cls.server.stop)
        keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "local")
        environment = mock.patch.dict(os.environ, keys)
        environment.start()
        cls.addClassCleanup(environment.stop)

    def setUp(self) -> None:
        self.table = Table(self.server)
        self.flushes = 0
        # What was before is read already.
        minute = int(NOW.timestamp()) // 60
        SyncState.objects.create(pk=1, requests_until=minute - 22)

    def flush(self, at: datetime, *rows: tuple[str, str, str, int], since: datetime | None = None) -> None:
        """As an environment writes it: the code that Django's own process counts with."""
        self.flushes += 1
        counts: dict[str, Any] = {
            "from": int((since or at).timestamp()),
            "until": int(at.timestamp()),
            "requests": [list(row) for row in rows],
            "handed_out": [],
            "samples": {"of": sum(row[3] for row in rows), "requests": []},
        }
        writer = DynamoDelivery(self.table.name, "local", self.server.url)
        writer.write(CountsName(int(at.timestamp()), self.flushes * 7, self.flushes), counts)

    def sync(self, now: datetime = NOW) -> int:
        return sync_requests(self.table.store, now)


class RequestTests(RequestCase):
    def test_requests_of_all_environments_are_summed_by_hour_unit_and_outcome(self):
        before = NOW - 20 * MINUTE
        self.flush(before, ("ads", "1001", "filled", 7), ("ads", "1001", "no_fill:country", 2))
        self.flush(before, ("ads", "1001", "filled", 1), ("lockscreen", "1002", "filled", 5))
        # An environment that slept over the hour: its requests are those of before it slept.
        self.flush(NOW - 5 * MINUTE, ("ads", "1001", "filled", 10), since=before)
        self.flush(NOW - 4 * MINUTE, ("ads", "1001", "filled", 100))
        while self.sync():
            pass
        hour = hour_of(NOW)
        whole = range(hour - 1, hour + 1)
        self.assertEqual(
            requests(("hour", "unit", "kind", "outcome"), whole),
            {
                (hour - 1, "1001", "ads", "filled"): 18,
                (hour - 1, "1001", "ads", "no_fill:country"): 2,
                (hour - 1, "1002", "lockscreen", "filled"): 5,
                (hour, "1001", "ads", "filled"): 100,
            },
        )
        self.assertEqual(requests(("outcome",), whole, "1002"), {("filled",): 5})

    def test_a_minute_is_read_once_and_not_before_it_is_over(self):
        self.flush(NOW, ("ads", "1001", "filled", 1))
        while self.sync():
            pass
        self.assertEqual(requests((), range(10**9)), {})
        later = NOW + 2 * MINUTE
        self.assertEqual((self.sync(later), self.sync(later)), (2, 0))
        self.assertEqual(requests(("unit",), range(10**9)), {("1001",): 1})

    def test_the_first_look_begins_an_hour_ago(self):
        SyncState.objects.update(requests_until=None)
        self.flush(NOW - 55 * MINUTE, ("ads", "1001", "filled", 3))
        self.assertEqual(self.sync(), 20)
        self.assertEqual(requests(("outcome",), range(10**9)), {("filled",): 3})

    def test_after_a_pause_no_more_than_the_table_keeps_is_read_and_a_part_at_a_time(self):
        self.sync()
        later = NOW + timedelta(days=30)
        self.assertEqual(self.sync(later), 20)
        kept = int(later.timestamp()) // 60 - SyncState.objects.get().requests_until
        self.assertLess(kept, 8 * 24 * 60)

    def test_counts_that_cannot_be_read_are_left_out_and_hold_nothing_up(self):
        self.flush(NOW - 5 * MINUTE, ("ads", "1001", "filled", -(2**63) - 1))
        self.flush(NOW - 5 * MINUTE, ("ads", "1001", "filled", 4))
        with self.assertLogs("django.delivery", "WARNING") as logs:
            while self.sync():
                pass
        self.assertEqual(requests(("outcome",), range(10**9)), {("filled",): 4})
        self.assertEqual(len(logs.output), 1)

    def test_a_process_that_was_overtaken_adds_nothing(self):
        self.flush(NOW - 20 * MINUTE, ("ads", "1001", "filled", 3))
        test = self

        class Overtaken(DeliveryStore):
            def counts_of_minute(self, minute):
                yield from super().counts_of_minute(minute)
                SyncState.objects.update(requests_until=test.others)

        self.others = int(NOW.timestamp()) // 60
        overtaken = Overtaken(self.server.client, self.table.name)
        self.assertEqual(sync_requests(overtaken, NOW), 0)
        self.assertEqual(requests((), range(10**9)), {})
