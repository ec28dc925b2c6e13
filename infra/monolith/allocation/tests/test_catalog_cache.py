"""The catalog in memory: how often it is refreshed, and which version serves meanwhile."""

import threading
import time
from collections.abc import Callable
from unittest import TestCase

from allocation.catalog.rows import Rows
from allocation.dao.error import DaoError, MalformedError
from allocation.services.catalog_cache import CatalogCache, CatalogUnavailable
from kernel.kinds import KINDS
from lockfill.stopwatch import Stopwatch

WITHOUT_WAITING_SECONDS = 0.2


class Store:
    """A store that holds the version that a test sets."""

    def __init__(self) -> None:
        self.version: int | None = 1
        self.is_gone = False
        self.is_broken = False
        self.failure: Exception = ValueError("a unit is not a unit")
        self.reads = 0
        self.rows_reads = 0
        self.answers = threading.Event()
        self.answers.set()
        self.has_rows = threading.Event()
        self.has_rows.set()

    def current_version(self) -> int | None:
        self.reads += 1
        self.answers.wait(10)
        if self.is_gone:
            raise DaoError("gone")
        return self.version

    def rows(self, version: int) -> Rows:
        self.rows_reads += 1
        self.has_rows.wait(10)
        if self.is_broken:
            raise self.failure
        return {kind.name: [] for kind in KINDS}


class Freshness(TestCase):
    def setUp(self) -> None:
        self.store = Store()
        self.now = 1_000.0
        self.cache = CatalogCache(self.store)
        # A thread that hangs in a test must not outlive it.
        self.addCleanup(self.store.answers.set)
        self.addCleanup(self.store.has_rows.set)

    def served(self) -> tuple[int, bool]:
        served = self.cache.get(self.now)
        return served.catalog.catalog.version, served.is_stale

    def eventually(self, ready: Callable[[], bool]) -> None:
        stopwatch = Stopwatch()
        while not ready():
            self.assertLess(stopwatch.seconds(), 5)
            time.sleep(0.005)

    def test_the_pointer_is_read_once_a_second_at_most(self) -> None:
        for _ in range(50):
            self.assertEqual(self.served(), (1, False))
        self.assertEqual(self.store.reads, 1)
        self.now += 1
        self.served()
        self.eventually(lambda: self.store.reads == 2)
        self.assertEqual(self.store.rows_reads, 1, "rows are read once a version")

    def test_a_newer_version_loads_while_the_old_one_serves(self) -> None:
        self.served()
        self.store.answers.clear()
        self.store.version = 2
        self.now += 1
        stopwatch = Stopwatch()
        self.assertEqual(self.served(), (1, False))
        self.assertLess(stopwatch.seconds(), WITHOUT_WAITING_SECONDS)
        self.store.answers.set()
        self.eventually(lambda: self.served() == (2, False))

    def test_a_load_that_takes_a_minute_is_not_begun_again(self) -> None:
        self.served()
        self.store.has_rows.clear()
        self.store.version = 2
        self.now += 1
        self.served()
        self.eventually(lambda: self.store.rows_reads == 2)
        for _ in range(6):
            self.now += 11
            self.assertEqual(self.served(), (1, True))
        self.assertEqual((self.store.rows_reads, self.store.reads), (2, 2))
        self.store.has_rows.set()
        self.eventually(lambda: self.served() == (2, False))

    def test_a_read_of_the_pointer_that_was_given_up_loads_nothing(self) -> None:
        self.served()
        self.store.answers.clear()
        self.store.version = 2
        self.now += 5
        self.served()
        self.now += 11
        self.served()
        self.eventually(lambda: self.store.reads == 3)
        self.store.answers.set()
        self.eventually(lambda: self.served() == (2, False))
        self.assertEqual(self.store.rows_reads, 2)

    def test_after_five_seconds_a_request_waits_for_the_pointer_and_has_the_new_version(
        self,
    ) -> None:
        self.served()
        self.store.version = 2
        self.now += 5
        self.assertEqual(self.served(), (2, False))

    def test_a_store_that_hangs_costs_a_quarter_of_a_second_and_a_mark(self) -> None:
        self.served()
        self.store.answers.clear()
        self.now += 5
        started, stopwatch = time.monotonic(), Stopwatch()
        self.assertEqual(self.served(), (1, True))
        self.assertGreater(time.monotonic() - started, 0.2)
        self.assertLess(stopwatch.seconds(), 1)
        self.store.answers.set()
        self.eventually(lambda: self.served() == (1, False))

    def test_a_store_that_is_gone_is_asked_again_and_the_mark_goes_by_itself(self) -> None:
        self.served()
        self.store.is_gone = True
        self.now += 5
        with self.assertLogs("django.allocation.catalog", "WARNING"):
            self.assertEqual(self.served(), (1, True))
        self.store.is_gone = False
        self.assertEqual(self.served(), (1, True), "it is asked once a second at most")
        self.now += 1
        self.assertEqual(self.served(), (1, False))

    def test_a_version_that_cannot_be_served_is_refused_once_and_the_old_one_goes_on(self) -> None:
        self.served()
        self.store.version, self.store.is_broken = 2, True
        self.now += 5
        with self.assertLogs("django.allocation.catalog", "ERROR"):
            self.assertEqual(self.served(), (1, True))
        self.now += 5
        self.assertEqual(self.served(), (1, True))
        self.assertEqual(self.store.rows_reads, 2, "its rows never change")
        self.store.version, self.store.is_broken = 3, False
        self.now += 5
        self.assertEqual(self.served(), (3, False))

    def test_a_version_that_is_no_json_or_not_whole_is_not_read_every_second(self) -> None:
        self.served()
        failures = [ValueError("no JSON"), MalformedError("a row is missing"), MalformedError("none")]
        for version, failure in enumerate(failures, 2):
            self.store.version, self.store.is_broken, self.store.failure = version, True, failure
            self.store.rows_reads = 0
            for _ in range(4):
                self.now += 5
                self.assertEqual(self.served(), (1, True))
            self.assertEqual(self.store.rows_reads, 1, failure)

    def test_a_version_that_the_store_did_not_give_is_read_again(self) -> None:
        self.served()
        self.store.version, self.store.is_broken, self.store.failure = 2, True, DaoError("throttled")
        self.now += 5
        self.assertEqual(self.served(), (1, True))
        self.store.is_broken = False
        self.now += 5
        self.assertEqual(self.served(), (2, False))

    def test_a_store_that_is_gone_for_long_writes_a_line_in_ten_seconds(self) -> None:
        self.served()
        self.store.is_gone = True
        with self.assertLogs("django.allocation.catalog", "WARNING") as logs:
            for _ in range(5):
                self.now += 5
                self.served()
        self.assertEqual(len(logs.output), 3)
        self.assertIn("and 1 times before", logs.output[-1])

    def test_a_request_a_little_behind_another_one_is_served_as_fresh(self) -> None:
        self.served()
        self.now -= 0.5
        self.assertEqual(self.served(), (1, False))
        self.assertEqual(self.store.reads, 1)

    def test_where_the_clock_was_set_back_the_version_is_confirmed_again(self) -> None:
        self.served()
        self.now -= 3_600
        self.assertEqual(self.served(), (1, False))
        self.assertEqual(self.store.reads, 2)

    def test_without_any_catalog_there_is_no_answer(self) -> None:
        self.store.version = None
        with self.assertRaises(CatalogUnavailable):
            self.cache.get(self.now)

    def test_requests_at_the_same_time_share_one_look(self) -> None:
        self.store.answers.clear()
        found: list[tuple[int, bool]] = []
        threads = [threading.Thread(target=lambda: found.append(self.served())) for _ in range(8)]
        for thread in threads:
            thread.start()
        self.eventually(lambda: self.store.reads == 1)
        self.store.answers.set()
        for thread in threads:
            thread.join(5)
        self.assertEqual(found, [(1, False)] * 8)
        self.assertEqual((self.store.reads, self.store.rows_reads), (1, 1))
