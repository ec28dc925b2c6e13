"""A unit that lends: what one device was answered counts for the user's other devices."""

from dataclasses import replace
from typing import Any
from unittest import TestCase, mock

from django.test import SimpleTestCase
from django.urls import include, path

from allocation.dao.error import DaoError
from allocation.dao.events import EventRecord
from allocation.dao.loans import Lending, Loan
from allocation.dao.redis_erasure import erase_states
from allocation.dao.redis_users import RedisUsers
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.models.event import IMPRESSION, Owners, ShownItem
from allocation.models.loans import add_loans, borrower
from allocation.models.time.epoch_seconds import parse_instant
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import parse_zone
from allocation.models.user_state import STORED, History, UserState, WindowCount
from allocation.services.allocation import AllocationService
from allocation.services.debug_token import DebugToken
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import compile_document, read_fixture
from allocation.tests.test_api import DEBUG_TOKEN, QUESTION, FixedCatalog
from kernel.tests.redis_server import RedisServer

ADS = "/api/v1/allocation/ads"


class Vectors(TestCase):
    def test_loans_count_as_in_the_vectors(self) -> None:
        vectors = read_fixture("vectors/loans.json")
        for row in vectors["borrowers"]:
            self.assertEqual(f"{borrower(row['unit_id'], row['device_id']):016x}", row["borrower"], row)
        for row in vectors["histories"]:
            state = UserState(STORED)
            if row["before"]:
                state.line_items["li-1"] = _history(row["before"])
            owner_of = {"li-1": ("c-1", "a-1")}.get
            add_loans(state, row["loans"], parse_instant(row["now"]), parse_zone(row["zone"]), owner_of)
            self.assertEqual(state.line_items["li-1"], _history(row["after"]), row)
            self.assertEqual(len(state.campaigns), 1, row)


def _history(numbers: list[int]) -> History:
    windows = (WindowCount(*numbers[at : at + 2]) for at in (2, 4, 6, 8))
    return History(numbers[0], numbers[1], *windows)


class Users:
    """A user who has seen nothing, and what devices were lent."""

    def __init__(self) -> None:
        self.loans: dict[int, list[Loan]] = {}
        self.are_gone = False
        # What another device is lent between a decision and its note, once.
        self.meanwhile: dict[int, list[Loan]] = {}
        self.questions = 0

    def warm(self) -> None:
        pass

    def load(self, _user_key: str) -> UserState:
        return UserState(STORED)

    def lend(self, _user_key: str, lending: Lending) -> list[str]:
        self.questions += 1
        if self.are_gone:
            raise DaoError("gone")
        self.loans |= self.meanwhile
        self.meanwhile = {}
        others = [loans for who, loans in self.loans.items() if who != lending.borrower]
        if lending.is_noted:
            self.loans[lending.borrower] = lending.loans
        return sorted(loan.line_item_id for loans in others for loan in loans if loan.until > lending.now)


class LendingUnit(SimpleTestCase):
    def setUp(self) -> None:
        document: dict[str, Any] = read_fixture("golden/catalog.json")
        for item in document["line_items"]:
            item["caps"] = [{"window": "day", "limit": 1}]
        self.catalog = compile_document(document, 42)
        self.users = Users()
        self.serve(lends=True)

    def serve(self, *, lends: bool) -> None:
        units = {key: replace(unit, lends_to_devices=lends) for key, unit in self.catalog.units.items()}
        catalog = FixedCatalog(replace(self.catalog, units=units))
        service = AllocationService(catalog, self.users, SigningKey("k1", "s" * 32))
        allocations = Allocations(service, "https://t.example", DebugToken(DEBUG_TOKEN))
        paths = include(allocation_paths(lambda: allocations))
        settings = self.settings(ROOT_URLCONF=(path("api/v1/", paths),))
        settings.enable()
        self.addCleanup(settings.disable)
        now = parse_instant(read_fixture("golden/ads.json")["now"])
        clock = mock.patch("allocation.http.apis.time.time_ns", return_value=now * 10**9)
        clock.start()
        self.addCleanup(clock.stop)

    def ask(self, device: str | None = None, **extra: str) -> set[str]:
        named = {} if device is None else {"device_id": device}
        asked = {**read_fixture("golden/ads.json")["request"], **QUESTION, **named, **extra}
        headers = {"authorization": f"Bearer {DEBUG_TOKEN}"}
        answer = self.client.post(ADS, asked, content_type="application/json", headers=headers)
        self.assertEqual(answer.status_code, 200, answer.content)
        self.degraded = answer.headers.get("x-lockfill-degraded")
        return {slot["id"] for slot in answer.json()["slots"]}

    def test_what_one_device_was_lent_another_is_not_and_asking_twice_gives_the_same_slots(self) -> None:
        first = self.ask("phone")
        self.assertTrue(first)
        for _ in range(3):
            self.assertFalse(self.ask("tablet") & first)
            self.assertEqual(self.ask("phone"), first)

    def test_two_devices_that_ask_at_the_same_time_are_not_lent_one_showing_twice(self) -> None:
        first = self.ask("phone")
        loans, self.users.loans = self.users.loans, {}
        self.users.meanwhile = loans
        self.assertFalse(self.ask("tablet") & first)
        self.assertEqual(self.users.questions, 3)

    def test_nothing_is_lent_without_the_unit_under_limited_tracking_or_to_an_explanation(
        self,
    ) -> None:
        first = self.ask("phone", explain="1")
        self.assertTrue(first)
        self.assertTrue(self.ask("phone", limit_ad_tracking="1"))
        self.assertEqual(self.users.loans, {})
        self.serve(lends=False)
        self.assertEqual(self.ask("phone"), self.ask("tablet"))
        self.assertEqual(self.users.questions, 1, "the explanation has looked")

    def test_without_the_store_an_answer_is_marked(self) -> None:
        self.users.are_gone = True
        self.assertTrue(self.ask("phone"))
        self.assertEqual(self.degraded, "redis")


class LoansInRedis(TestCase):
    def setUp(self) -> None:
        redis = RedisServer()
        self.addCleanup(redis.stop)
        self.redis, self.users = redis, RedisUsers(redis.url, 5.0)
        self.users.warm()
        self.now = parse_instant("2026-11-22T03:00:00Z")

    def lend(self, who: int, *slots: tuple[str, str], is_noted: bool = True) -> list[str]:
        loans = [Loan(slot_key, self.now + 3_600, item) for slot_key, item in slots]
        return self.users.lend("u", Lending(who, self.now, loans, is_noted))

    def test_a_borrower_has_its_last_answer_alone_and_what_is_shown_is_lent_no_more(self) -> None:
        self.assertEqual(self.lend(1, ("r1:1", "li-2"), ("r1:2", "li-1")), [])
        self.assertEqual(self.lend(2), ["li-1", "li-2"])
        self.assertEqual(self.lend(1, ("r2:1", "li-1"), ("r2:2", "li-3")), [])
        buckets = buckets_at(self.now, parse_zone("Asia/Seoul"))
        item = ShownItem("li-1", Owners("c-1", "a-1"))
        event = EventRecord(IMPRESSION, "u", "r2:1", item, self.now, buckets, buckets, 3_600)
        self.assertTrue(self.users.record(event))
        self.assertEqual(self.lend(2, is_noted=False), ["li-3"])
        self.assertEqual(self.redis.client.keys("*:loans"), [b"lockfill:{u}:loans"])
        erase_states(self.redis.url, ["u"])
        self.assertEqual(self.redis.client.keys("lockfill:{u}:[sul]*"), [])
