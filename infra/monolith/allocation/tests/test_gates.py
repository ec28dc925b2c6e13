"""Tables of gates: the vectors, how a process keeps one fresh, and what an answer says of it."""

import time
from collections.abc import Callable
from typing import Any

from django.test import SimpleTestCase
from django.urls import include, path

from allocation.dao.error import DaoError, MalformedError
from allocation.dao.gates import GatesPointer
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.models.draw import id_hash
from allocation.models.pacing import NEVER_CLOSES, Gate, Gates
from allocation.models.pacing_codec import decode_gates, encode_gates
from allocation.services.allocation import AllocationService
from allocation.services.debug_token import DebugToken
from allocation.services.gates_cache import GatesCache, ServedGates
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import compile_document, read_fixture
from allocation.tests.test_api import DEBUG_TOKEN, FixedCatalog, Users
from lockfill.stopwatch import Stopwatch

VECTORS = read_fixture("vectors/gates.json")
ADS = "/api/v1/allocation/ads"
QUESTION = {"unit_id": "1001", "user_id": "u1", "country": "KR", "count": "20"}


class Vectors(SimpleTestCase):
    def test_a_table_is_read_and_written_as_it_is_elsewhere(self) -> None:
        for row in VECTORS["tables"]:
            with self.subTest(row["name"]):
                items = {
                    id_hash(item["id"]): Gate(item["open_ppm"], item["closes_at"], item["is_spent"])
                    for item in row["items"]
                }
                campaigns = map(id_hash, row["spent_campaigns"])
                gates = Gates(row["version"], row["made_at"], campaigns, items)
                self.assertEqual(encode_gates(gates).hex(), row["hex"])
                read = decode_gates(bytes.fromhex(row["hex"]))
                self.assertEqual((read.version, read.made_at), (gates.version, gates.made_at))
                self.assertEqual(read.spent_campaigns, gates.spent_campaigns)
                self.assertEqual(read.items, gates.items)

    def test_a_gate_says_what_it_says_elsewhere(self) -> None:
        gates = decode_gates(bytes.fromhex(VECTORS["tables"][1]["hex"]))
        for asked in VECTORS["asked"]:
            with self.subTest(asked):
                if gates.is_campaign_spent(asked["campaign"]) or gates.is_item_spent(asked["item"]):
                    found = "spent"
                else:
                    is_open = gates.is_open(asked["item"], asked["user"], asked["now"])
                    found = "open" if is_open else "held_back"
                self.assertEqual(found, asked["is"])

    def test_bytes_that_are_no_table_are_refused(self) -> None:
        self.assertGreater(len(VECTORS["refused"]), 10)
        for row in VECTORS["refused"]:
            with self.subTest(row["name"]), self.assertRaises(ValueError):
                decode_gates(bytes.fromhex(row["hex"]))


class Tables:
    """A store of tables by version, in memory."""

    def __init__(self) -> None:
        self.tables: dict[int, Gates | None] = {}
        self.is_down = False

    def add(self, gates: Gates) -> None:
        self.tables[gates.version] = gates

    def current(self) -> GatesPointer | None:
        if self.is_down:
            raise DaoError("down")
        if not self.tables:
            return None
        version = max(self.tables)
        gates = self.tables[version]
        return GatesPointer(version, 0 if gates is None else gates.made_at, 1, "")

    def load(self, pointer: GatesPointer) -> Gates:
        gates = self.tables[pointer.version]
        if gates is None:
            raise MalformedError("broken")
        return gates


def table(version: int, spent: tuple[str, ...] = (), **items: Gate) -> Gates:
    by_hash = {id_hash(name.replace("_", "-")): gate for name, gate in items.items()}
    return Gates(version, version * 60, map(id_hash, spent), by_hash)


def until(said: Callable[[], Any], wanted: Any) -> None:
    """Waits until a thread has done its work."""
    stopwatch = Stopwatch()
    while (found := said()) != wanted:
        if stopwatch.seconds() > 5:
            raise AssertionError(f"{found} is not {wanted}")
        time.sleep(0.01)


class Cache(SimpleTestCase):
    def setUp(self) -> None:
        self.store = Tables()
        self.cache = GatesCache(self.store)

    def served(self, now: float) -> tuple[int | None, bool]:
        served: ServedGates = self.cache.get(now)
        return served.version, served.are_stale

    def test_without_a_table_nothing_is_marked(self) -> None:
        until(lambda: self.served(1_000.0), (None, False))

    def test_a_newer_table_is_used_by_the_request_after_the_one_a_second_later(self) -> None:
        self.store.add(table(1))
        self.cache.warm(1_000.0)
        self.assertEqual(self.served(1_000.0), (1, False))
        self.store.add(table(2))
        self.assertEqual(self.served(1_000.9), (1, False))
        until(lambda: self.served(1_001.0), (2, False))

    def test_a_table_that_cannot_be_read_any_more_goes_on_marked(self) -> None:
        self.store.add(table(1))
        self.cache.warm(1_000.0)
        self.store.is_down = True
        self.assertEqual(self.served(1_004.0), (1, False))
        self.assertEqual(self.served(1_010.0), (1, True))
        self.store.is_down = False
        until(lambda: self.served(1_012.0), (1, False))

    def test_a_newer_table_that_is_broken_leaves_the_one_before(self) -> None:
        self.store.add(table(1))
        self.cache.warm(1_000.0)
        self.store.tables[2] = None
        self.served(1_002.0)
        self.assertEqual(self.served(1_010.0), (1, True))
        self.store.add(table(3))
        until(lambda: self.served(1_012.0), (3, False))

    def test_a_process_that_never_read_a_table_says_so(self) -> None:
        self.store.add(table(1, ("c-101",)))
        self.store.is_down = True
        self.cache.warm(1_000.0)
        self.assertEqual(self.served(1_000.5), (None, True))
        self.store.is_down = False
        until(lambda: self.served(1_002.0), (1, False))

    def test_a_pointer_that_goes_back_changes_nothing(self) -> None:
        self.store.add(table(2))
        self.cache.warm(1_000.0)
        self.store.tables = {1: table(1)}
        self.served(1_002.0)
        self.assertEqual(self.served(1_010.0), (2, True))


class Answers(SimpleTestCase):
    def setUp(self) -> None:
        self.store = Tables()

    def ask(self, **question: str) -> Any:
        """An answer of a process that has just begun."""
        catalog = FixedCatalog(compile_document(read_fixture("golden/catalog.json"), 42))
        cache = GatesCache(self.store)
        service = AllocationService(catalog, Users(), SigningKey("k1", "s" * 32), gates=cache)
        service.warm = lambda now: None  # type: ignore[method-assign]
        cache.warm(time.time())
        allocations = Allocations(service, "https://t.example", DebugToken(DEBUG_TOKEN))
        paths = include(allocation_paths(lambda: allocations))
        with self.settings(ROOT_URLCONF=(path("api/v1/", paths),)):
            bearer = {"authorization": f"Bearer {DEBUG_TOKEN}"}
            return self.client.get(ADS, {**QUESTION, **question}, headers=bearer)

    def test_a_table_holds_back_and_is_named(self) -> None:
        before = self.ask()
        self.assertNotIn("x-lockfill-gates", before.headers)
        first = before.json()["slots"][0]["id"]
        gate = Gate(0, NEVER_CLOSES, is_spent=False)
        self.store.add(Gates(7, 420, (), {id_hash(first): gate}))
        after = self.ask()
        self.assertEqual(after.headers["x-lockfill-gates"], "7")
        self.assertNotIn("x-lockfill-degraded", after.headers)
        self.assertNotIn(first, [slot["id"] for slot in after.json()["slots"]])

    def test_a_store_that_is_gone_fails_no_allocation(self) -> None:
        self.store.is_down = True
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.headers["x-lockfill-degraded"]), (200, "gates"))
        self.assertTrue(answer.json()["slots"])

    def test_explain_says_whether_a_budget_is_spent_and_how_far_a_gate_is_open(self) -> None:
        slot = self.ask().json()["slots"][0]
        campaign, item = slot["campaign_id"], id_hash(slot["id"])
        for gates, wanted, found in [
            (
                Gates(1, 0, [id_hash(campaign)], {}),
                "budget left",
                f"the budget of campaign {campaign} is spent",
            ),
            (
                Gates(1, 0, (), {item: Gate(0, NEVER_CLOSES, is_spent=True)}),
                "budget or goal left",
                "the goal or budget of the line item is spent",
            ),
            (Gates(1, 0, (), {item: Gate(0)}), "an open gate", "one that is closed for now"),
            (
                Gates(1, 0, (), {item: Gate(1_000_000, 60)}),
                "an open gate",
                "one that closed at 1970-01-01T00:01:00Z, because no newer table came",
            ),
            (
                Gates(1, 0, (), {item: Gate(1)}),
                "a draw below 1 of 1000000: the gate is open to that share of users and minutes",
                "another draw for this user in this minute",
            ),
        ]:
            with self.subTest(wanted, found=found):
                self.store.tables = {1: gates}
                explained = self.ask(explain="1").json()["explain"]
                row = next(row for row in explained if row["id"] == slot["id"])
                self.assertEqual((row["wanted"], row["found"]), (wanted, found))
