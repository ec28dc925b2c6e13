"""Events over a real ledger and a real Redis: each counts once, whatever fails in between."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from unittest import TestCase
from uuid import UUID

from allocation.dao.dynamodb_ledger import DynamoLedger
from allocation.dao.error import DaoError
from allocation.dao.events import EventRecord
from allocation.dao.ledger import LedgerEntry
from allocation.dao.ledger_erasure import ErasureNotes
from allocation.dao.redis_users import RedisUsers
from allocation.http.request_id import new_request_id
from allocation.models.draw import id_hash
from allocation.models.event import CLICK, IMPRESSION, Owners, ShownItem
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import parse_zone
from allocation.services.claims import ClaimedPrice
from allocation.services.compact_token import OfSlot, Shared, Tokens
from allocation.services.events import INVALID, NO, REPEATED, YES, EventService, Outcome, Report
from allocation.services.signing import SigningKey, SigningKeys
from allocation.services.validity import Sender
from allocation.tests.fixtures import compile_document, read_fixture
from allocation.tests.test_api import FixedCatalog
from kernel.tests.local_dynamodb import LocalDynamoDB
from kernel.tests.redis_server import RedisServer
from lockfill.ports import free_port
from lockfill.stopwatch import Stopwatch

T = TypeVar("T")

KEY = SigningKey("k1", "s" * 32)
USER = "u4IDDbwryroyqQvy4geoSg"
SEOUL = "Asia/Seoul"
NOW = int(time.time())
DAY = 24 * 3_600
PERSON = Sender("Mozilla/5.0 (Linux; Android 14)")
# Long enough for a machine that does other work; the deadlines of the product are shorter.
REDIS_SECONDS = 1.0
LEDGER_SECONDS = 5.0
# The product's own deadline, and what a busy machine adds.
PRODUCT_SECONDS = 1.0
LEDGER_SECONDS_MAX = PRODUCT_SECONDS + 1.0


def token_of(*, position: int = 1, user: str | None = USER, issued_at: int = NOW - 60) -> str:
    shared = Shared(new_request_id(issued_at * 10**9), id_hash("u-1"), 1, issued_at + 4 * 3_600, user, SEOUL)
    price = ClaimedPrice("cpm", 3_000_000, "USD")
    return Tokens(KEY, shared).token(OfSlot(position, id_hash("li-1"), (id_hash("cr-1"), price)))


class SlowLedger(DynamoLedger):
    """Real writes that arrive late."""

    puts = 0

    def _put(self, entry: LedgerEntry) -> None:
        self.puts += 1
        time.sleep(0.3)
        super()._put(entry)


class EventsOverStores(TestCase):
    dynamodb: LocalDynamoDB
    redis: RedisServer

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.dynamodb = LocalDynamoDB()
        cls.addClassCleanup(cls.dynamodb.stop)
        cls.redis = RedisServer()
        cls.addClassCleanup(cls.redis.stop)
        # Every SDK wants credentials, and the local server any.
        before = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        os.environ.update(dict.fromkeys(before, "local"))
        cls.addClassCleanup(_restore, before)
        cls.catalog = FixedCatalog(compile_document(read_fixture("catalogs/small.json")))

    def setUp(self) -> None:
        self.table = self.dynamodb.table()
        self.redis.client.flushall()
        self.service = self.process()

    def process(self, ledger_seconds: float = LEDGER_SECONDS) -> EventService:
        """What one process of Django records with."""
        ledger = DynamoLedger(self.table, "local", self.dynamodb.url, ledger_seconds)
        users = RedisUsers(self.redis.url, REDIS_SECONDS)
        for store in (ledger, users):
            patiently(store.warm)
        return EventService(self.catalog, ledger, users, SigningKeys([KEY]))

    def accept(self, report: Report, *, now: float = NOW, sender: Sender = PERSON) -> Outcome:
        [outcome] = self.service.accept([report], sender, now)
        return outcome

    def entries(self) -> list[dict[str, Any]]:
        return self.dynamodb.client.scan(TableName=self.table, ConsistentRead=True)["Items"]

    def counted(self) -> list[bytes]:
        """The keys of what is counted for users. Events of a minute are counted whatever they are."""
        return [key for key in self.redis.client.keys("*") if b":burst:" not in key]

    def history(self) -> list[int]:
        """What Redis counts for the line item: all showings, the last one, then each window and its
        showings. Empty if it counts nothing.
        """
        value = self.redis.client.hget(f"lockfill:{{{USER}}}:state", "l:li-1")
        return [int(number) for number in bytes(value or b"").split()]

    def test_one_link_in_50_parallel_requests_of_several_processes_counts_once(self) -> None:
        processes = [self.process() for _ in range(4)]
        for round_number in range(3):
            token = token_of(position=round_number + 1)

            def follow(number: int, token: str = token) -> str | None:
                report = Report(IMPRESSION, token)
                return processes[number % len(processes)].accept([report], PERSON, NOW)[0].recorded

            with ThreadPoolExecutor(50) as threads:
                recorded = list(threads.map(follow, range(50)))
            self.assertEqual((recorded.count(YES), recorded.count(REPEATED)), (1, 49))
        self.assertEqual((len(self.entries()), self.history()[0]), (3, 3))

    def test_a_link_that_was_counted_before_redis_lost_its_data_is_a_repetition(self) -> None:
        report = Report(IMPRESSION, token_of())
        self.assertEqual(self.accept(report).recorded, YES)
        self.redis.client.flushall()
        outcomes = [self.accept(report) for _ in range(3)]
        self.assertEqual([each.recorded for each in outcomes], [REPEATED] * 3)
        self.assertEqual(len(self.entries()), 1)
        # The repetition makes up for the lost count, once.
        self.assertEqual(self.history()[0], 1)

    def test_what_redis_missed_is_made_up_by_a_repetition(self) -> None:
        report = Report(IMPRESSION, token_of())
        self.redis.kill()
        try:
            outcome = self.accept(report)
        finally:
            self.assertTrue(self.redis.start())
        self.assertEqual((outcome.recorded, outcome.is_uncounted), (YES, True))
        stopwatch = Stopwatch()
        while (outcome := self.accept(report)).is_uncounted:
            self.assertLess(stopwatch.seconds(), 5, "Redis answers, and is not asked")
            time.sleep(0.05)
        self.assertEqual((outcome.recorded, self.history()[0]), (REPEATED, 1))

    def test_under_limit_ad_tracking_an_event_is_recorded_without_a_user_and_not_counted(self) -> None:
        outcome = self.accept(Report(IMPRESSION, token_of(user=None)))
        self.assertEqual((outcome.recorded, outcome.is_uncounted), (YES, False))
        [entry] = self.entries()
        self.assertFalse({"user", "zone"} & entry.keys())
        self.assertEqual(entry["item_id"]["S"], "li-1")
        self.assertEqual(self.counted(), [])

    def test_invalid_events_are_recorded_beside_the_valid_one_and_not_counted(self) -> None:
        token = token_of()
        for sender in (Sender("Mozilla/5.0 (compatible; Googlebot/2.1)"), Sender("", is_prefetch=True)):
            for _ in range(2):
                self.assertEqual(self.accept(Report(CLICK, token), sender=sender).recorded, INVALID)
        self.assertEqual(self.counted(), [])
        click = self.accept(Report(CLICK, token))
        self.assertEqual((click.recorded, click.landing_url), (YES, "https://shop.example/cr-1"))
        self.assertEqual(
            sorted(entry["class"]["S"] for entry in self.entries()), ["bot", "prefetch", "valid"]
        )

    def test_an_event_that_arrives_late_counts_in_the_windows_in_which_it_happened(self) -> None:
        zone = parse_zone(SEOUL)
        issued_at = NOW - 3 * DAY
        late = Report(IMPRESSION, token_of(issued_at=issued_at), at=issued_at + 60)
        self.assertEqual(self.accept(Report(IMPRESSION, token_of())).recorded, YES)
        self.assertEqual(self.accept(late).recorded, YES)
        today = buckets_at(NOW, zone)
        history = self.history()
        self.assertEqual((history[0], history[1]), (2, NOW), "the last showing is the later one")
        self.assertEqual(history[6:8], [today.day, 1], "today's cap is not used up by it")
        entries = {entry["happened_at"]["N"]: entry["arrived_at"]["N"] for entry in self.entries()}
        self.assertEqual(entries, {str(NOW): str(NOW), str(issued_at + 60): str(NOW)})

    def test_a_batch_is_recorded_event_by_event_and_can_be_sent_again(self) -> None:
        tokens = [token_of(position=position) for position in range(1, 41)]
        reports = [Report(IMPRESSION, token) for token in (*tokens, tokens[0], "forged")]
        first = self.service.accept(reports, PERSON, NOW)
        self.assertEqual([each.recorded for each in first], [YES] * 40 + [REPEATED, None])
        again = self.service.accept(reports, PERSON, NOW)
        self.assertEqual([each.recorded for each in again], [REPEATED] * 41 + [None])
        self.assertEqual((len(self.entries()), self.history()[0]), (40, 40))

    def test_a_slow_ledger_holds_a_batch_for_a_second_and_one_write(self) -> None:
        service, ledger = self.slow_process()
        reports = [Report(IMPRESSION, token_of(position=position)) for position in range(1, 101)]
        stopwatch = Stopwatch()
        outcomes = service.accept(reports, PERSON, NOW)
        self.assertLess(stopwatch.seconds(), 2 * PRODUCT_SECONDS + 0.5)
        recorded = [each.recorded for each in outcomes]
        done = recorded.count(YES)
        self.assertTrue(16 <= done < 100, recorded)
        self.assertEqual(recorded, [YES] * done + [NO] * (100 - done))
        self.assertEqual(len(self.entries()), done)
        # What was left is recorded when it is sent again.
        again = service.accept(reports[done : done + 16], PERSON, NOW)
        self.assertEqual({each.recorded for each in again}, {YES})
        # A hundred reports of one event are one write.
        ledger.puts = 0
        stopwatch = Stopwatch()
        copies = service.accept([Report(CLICK, token_of(position=101))] * 100, PERSON, NOW)
        self.assertLess(stopwatch.seconds(), PRODUCT_SECONDS + 0.5)
        self.assertEqual([each.recorded for each in copies], [YES] + [REPEATED] * 99)
        self.assertEqual((ledger.puts, len(self.entries())), (1, done + 17))

    def slow_process(self) -> "tuple[EventService, SlowLedger]":
        """A process each of whose writes takes a good part of its time, and succeeds."""
        ledger = SlowLedger(self.table, "local", self.dynamodb.url, PRODUCT_SECONDS)
        users = RedisUsers(self.redis.url, REDIS_SECONDS)
        for store in (ledger, users):
            patiently(store.warm)
        return EventService(self.catalog, ledger, users, SigningKeys([KEY])), ledger

    def test_a_ledger_that_does_not_answer_is_waited_for_no_longer_than_a_second(self) -> None:
        self.service = self.process(PRODUCT_SECONDS)
        with self.dynamodb.frozen():
            for kind in (IMPRESSION, CLICK):
                stopwatch = Stopwatch()
                outcome = self.accept(Report(kind, token_of()))
                self.assertLess(stopwatch.seconds(), LEDGER_SECONDS_MAX)
                self.assertEqual((outcome.recorded, outcome.is_ledger_missing), (NO, True))
                self.assertEqual(outcome.landing_url is not None, kind == CLICK)
            self.assertEqual(self.counted(), [], "what is not recorded is not counted")

    def test_a_ledger_that_does_not_answer_holds_one_request_at_a_time(self) -> None:
        self.service = self.process(PRODUCT_SECONDS)
        self.assertEqual(self.accept(Report(IMPRESSION, token_of())).recorded, YES)
        with self.dynamodb.frozen():
            until = time.monotonic() + 3.0

            def report(_: int) -> list[float]:
                seconds = []
                while (started := time.monotonic()) < until:
                    self.assertEqual(self.accept(Report(IMPRESSION, token_of())).recorded, NO)
                    seconds.append(time.monotonic() - started)
                    time.sleep(0.02)
                return seconds

            with ThreadPoolExecutor(4) as threads:
                seconds = [each for thread in threads.map(report, range(4)) for each in thread]
            fast = sum(each < PRODUCT_SECONDS / 2 for each in seconds)
            self.assertGreater(fast, len(seconds) / 2, seconds)
        stopwatch = Stopwatch()
        while self.accept(Report(IMPRESSION, token_of())).recorded == NO:
            self.assertLess(stopwatch.seconds(), 5, "it answers, and is not asked")
            time.sleep(0.02)
        self.assertEqual(self.accept(Report(IMPRESSION, token_of())).recorded, YES)

    def test_a_table_that_is_gone_is_an_event_that_is_not_recorded(self) -> None:
        self.dynamodb.client.delete_table(TableName=self.table)
        with self.assertLogs("django.allocation.events", "WARNING") as logs:
            outcome = self.accept(Report(IMPRESSION, token_of()))
        self.assertEqual((outcome.recorded, outcome.problem), (NO, "ledger-unavailable"))
        self.assertIn("there is no such table", logs.output[0])
        self.assertNotIn(USER, str(logs.output))

    def test_an_erasure_is_noted_beside_the_entries_and_the_later_one_holds(self) -> None:
        notes = ErasureNotes(self.table, "local", self.dynamodb.url)
        for erased_at in (NOW, NOW + 8 * DAY):
            notes.write([USER, "other"], erased_at, erased_at + 408 * DAY)
        noted = {item["user"]["S"]: int(item["erased_at"]["N"]) for item in self.entries()}
        self.assertEqual(noted, dict.fromkeys((USER, "other"), NOW + 8 * DAY))
        self.assertIn(f"erased#{USER}", {item["pk"]["S"] for item in self.entries()})
        with self.assertRaises(DaoError):
            ErasureNotes("none", "local", self.dynamodb.url).write([USER], NOW, NOW)

    def test_warming_writes_nothing_and_says_what_is_wrong(self) -> None:
        self.assertEqual(self.entries(), [])
        missing = DynamoLedger("none", "local", self.dynamodb.url)
        with self.assertRaisesRegex(DaoError, "there is no such table"):
            missing.warm()
        port = free_port()
        with self.assertRaisesRegex(DaoError, "DynamoDB: the connection failed"):
            DynamoLedger("none", "local", f"http://127.0.0.1:{port}").warm()

    def test_the_shard_of_an_entry_is_that_of_its_answer(self) -> None:
        self.accept(Report(IMPRESSION, token_of()))
        [entry] = self.entries()
        request_id = UUID(entry["sk"]["S"].partition("#")[0])
        shard = f"{request_id.bytes[-1] % 16:02}"
        self.assertTrue(
            entry["pk"]["S"].endswith(f"#{shard}") and entry["arrival"]["S"].endswith(f"#{shard}")
        )


class Cluster(TestCase):
    def test_an_event_is_counted_once_in_a_cluster_whose_nodes_do_not_know_the_script(self) -> None:
        redis = RedisServer("--cluster-enabled", "yes")
        self.addCleanup(redis.stop)
        redis.client.execute_command("CLUSTER", "ADDSLOTS", *range(16_384))
        deadline = time.monotonic() + 10
        while "cluster_state:ok" not in str(redis.client.execute_command("CLUSTER", "INFO")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        users = RedisUsers(redis.url, REDIS_SECONDS)
        patiently(users.warm)
        windows = buckets_at(NOW, parse_zone(SEOUL))
        item = ShownItem("li-1", Owners("c-1", "a-1"))
        for position in (1, 1, 2):
            event = EventRecord(IMPRESSION, USER, f"r:{position}", item, NOW, windows, windows, 600)
            patiently(lambda event=event: users.record(event))
        self.assertFalse(patiently(lambda: users.record(event)), "it is a repetition by now")
        state = patiently(lambda: users.load(USER))
        self.assertEqual(state.line_items["li-1"].lifetime, 2)
        self.assertEqual((state.campaigns["c-1"].lifetime, state.advertisers["a-1"].lifetime), (2, 2))


def patiently(ask: Callable[[], T]) -> T:
    """What a store answers, asked again while the machine has too much to do for its deadlines."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return ask()
        except DaoError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _restore(before: dict[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
