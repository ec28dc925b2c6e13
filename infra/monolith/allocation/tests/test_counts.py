"""What is counted of answers, when it is flushed, and that it names no user."""

import json
import time
from collections.abc import Mapping
from typing import Any
from unittest import mock

from django.test import SimpleTestCase
from django.urls import include, path

from allocation.dao.counts import CountsName
from allocation.dao.error import DaoError
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.services.allocation import AllocationService
from allocation.services.counting import Counts
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import compile_document, read_fixture
from allocation.tests.test_api import FixedCatalog, Users
from lockfill.stopwatch import Stopwatch

ADS = "/api/v1/allocation/ads"
QUESTION = {"unit_id": "1001", "user_id": "u1", "country": "KR"}
NOW = 1_795_338_000


class Flushes:
    """Counts in memory."""

    def __init__(self) -> None:
        self.is_down = False
        self.written: list[tuple[CountsName, dict[str, Any]]] = []

    def write(self, name: CountsName, counts: Mapping[str, Any]) -> None:
        if self.is_down:
            raise DaoError("down")
        self.written.append((name, dict(counts)))


class Counting(SimpleTestCase):
    def setUp(self) -> None:
        self.store = Flushes()
        self.counts = Counts(self.store)
        catalog = FixedCatalog(compile_document(read_fixture("golden/catalog.json"), 42))
        service = AllocationService(catalog, Users(), SigningKey("k1", "s" * 32), counts=self.counts)
        allocations = Allocations(service, "https://t.example", None)
        paths = include(allocation_paths(lambda: allocations))
        settings = self.settings(ROOT_URLCONF=(path("api/v1/", paths),))
        settings.enable()
        self.addCleanup(settings.disable)

    def ask(self, second: float, body: Mapping[str, Any] = QUESTION) -> dict[str, Any]:
        instant = (NOW + second) * 10**9
        with mock.patch("allocation.http.apis.time.time_ns", return_value=int(instant)):
            answer = self.client.post(ADS, body, content_type="application/json")
        self.assertEqual(answer.status_code, 200, answer.content)
        document: dict[str, Any] = answer.json()
        return document

    def flushed(self, count: int) -> list[tuple[CountsName, dict[str, Any]]]:
        stopwatch = Stopwatch()
        while len(self.store.written) < count and stopwatch.seconds() < 5:
            time.sleep(0.01)
        return self.store.written

    def test_answers_are_summed_and_flushed_by_the_first_request_after_ten_seconds(self) -> None:
        slots = sum(len(self.ask(second)["slots"]) for second in (0, 1, 9))
        self.assertEqual(self.store.written, [])
        self.ask(10)
        name, counts = self.flushed(1)[0]
        self.assertEqual((name.flushed_at, name.sequence), (NOW + 10, 1))
        self.assertEqual((counts["from"], counts["until"]), (NOW, NOW + 10))
        self.assertEqual(counts["requests"], [["ads", "1001", "filled", 3]])
        self.assertEqual(sum(count for _, count in counts["handed_out"]), slots)
        self.assertEqual((counts["samples"]["of"], len(counts["samples"]["requests"])), (3, 3))
        self.counts.flush(NOW + 11)
        self.counts.flush(NOW + 12)
        self.assertEqual(len(self.store.written), 2, "the last one, and then there is nothing left")

    def test_what_cannot_be_written_is_lost_and_fails_no_allocation(self) -> None:
        self.store.is_down = True
        for second in (0, 10, 20):
            self.ask(second)
        self.counts.flush(NOW + 21)
        self.assertEqual(self.store.written, [])

    def test_a_sample_holds_no_user_no_device_and_no_precise_position(self) -> None:
        asked = {
            "unit_id": "1001",
            "user_id": "an-unmistakable-user",
            "device_id": "an-unmistakable-device",
            "lat": 37.123456,
            "lon": 126.987654,
            "country": "KR",
            "segments": ["sports"],
            "packages": ["com.example.app"],
            "birth_year": 1990,
            "kv": {"tier": "gold"},
            "shown": [{"id": "shown-item", "count": 1, "at": NOW}],
        }
        self.ask(0, asked)
        self.ask(0, {**asked, "limit_ad_tracking": True})
        self.counts.flush(NOW + 1)
        text = json.dumps(self.store.written)
        for secret in ("an-unmistakable", "37.1", "371234", "126.9", "1269876", "shown"):
            self.assertNotIn(secret, text)
        tracked, limited = self.store.written[0][1]["samples"]["requests"]
        self.assertEqual((tracked["segments"], tracked["history"]), (["sports"], "new"))
        self.assertEqual((tracked["seen"], "seen" in limited), ("0/0", False))
        self.assertEqual(tracked["tenths_of_degrees"], [371, 1269])
        for name in ("segments", "packages", "key_values", "birth_year", "tenths_of_degrees"):
            self.assertNotIn(name, limited)
        self.assertEqual((limited["history"], limited["country"]), ("unknown", "KR"))

    def test_a_sample_says_in_classes_how_many_items_the_user_has_seen(self) -> None:
        week_ago = NOW - 7 * 86_400
        line_item = read_fixture("golden/catalog.json")["line_items"][0]["id"]
        reports = (
            [],
            [f"{line_item}:4:{NOW}", f"ct-x:1:{NOW}", f"ct-y:1:{week_ago}"],
            [f"{line_item}:999:{NOW}"],
        )
        for shown in reports:
            self.ask(0, {**QUESTION, "shown": shown})
        self.counts.flush(NOW + 1)
        samples = self.store.written[0][1]["samples"]["requests"]
        self.assertEqual([sample["seen"] for sample in samples], ["0/0", "5/5", "55/55"])

    def test_samples_and_rows_are_bounded(self) -> None:
        for number in range(60):
            self.ask(number / 60)
        self.counts.flush(NOW + 1)
        samples = self.store.written[0][1]["samples"]
        self.assertEqual((samples["of"], len(samples["requests"])), (60, 20))
