"""What events are answered and what the ledger holds then: `tests/fixtures/vectors/ledger.json`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock
from uuid import UUID

from django.test import SimpleTestCase
from django.urls import include, path

from allocation.catalog.catalog import Catalog
from allocation.dao.error import DaoError
from allocation.dao.events import EventRecord
from allocation.dao.ledger import LedgerEntry, Recorded
from allocation.dao.ledger_item import ledger_item
from allocation.http.urls import event_paths
from allocation.models.event import IMPRESSION, WITHDRAWN
from allocation.services.bots import is_bot
from allocation.services.claims import ZONE_LENGTH_MAX
from allocation.services.events import EventService
from allocation.services.signing import SigningKey, SigningKeys
from allocation.services.user_key import UserKeys
from allocation.tests.fixtures import compile_document, patched_document, read_fixture
from allocation.tests.test_api import FixedCatalog
from kernel.vocabulary.identifier import LENGTH_MAX as ID_LENGTH_MAX


class Entries:
    """A ledger in memory."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.writes = 0
        self.items: dict[tuple[str, str], dict[str, Any]] = {}

    def warm(self) -> None:
        pass

    def record(self, entries: Sequence[LedgerEntry]) -> list[Recorded | DaoError]:
        return [self._write(entry) for entry in entries]

    def _write(self, entry: LedgerEntry) -> Recorded | DaoError:
        self.writes += 1
        if self.fails:
            return DaoError("it was told to fail")
        if entry.key in self.items:
            return Recorded.REPEATED
        self.items[entry.key] = ledger_item(entry)
        return Recorded.NEW


class Counts:
    """The events that are counted for users."""

    def __init__(self) -> None:
        self.events: list[EventRecord] = []
        self.minutes: Counter[tuple[int, str]] = Counter()

    def warm(self) -> None:
        pass

    def add_events(self, minute: int, events: Mapping[str, int]) -> dict[str, int]:
        self.minutes.update({(minute, name): number for name, number in events.items()})
        return {name: self.minutes[minute, name] for name in events}

    def record(self, event: EventRecord) -> bool:
        self.events.append(event)
        return True


class LedgerVectors(SimpleTestCase):
    def setUp(self) -> None:
        self.vectors = read_fixture("vectors/ledger.json")
        self.catalogs: dict[str, Catalog | None] = {
            name: None if reference is None else compile_document(patched_document(reference))
            for name, reference in self.vectors["catalogs"].items()
        }

    def test_each_event_is_answered_and_recorded_as_in_the_vectors(self) -> None:
        self.assertGreater(len(self.vectors["cases"]), 30)
        for case in self.vectors["cases"]:
            with self.subTest(case["describes"]):
                ledger, counts = Entries(fails=case["ledger"] == "fails"), Counts()
                key = SigningKey(self.vectors["key_id"], self.vectors["secret"])
                catalog = FixedCatalog(self.catalogs[case["catalog"]])
                service = EventService(catalog, ledger, counts, SigningKeys([key]))
                for request in case["requests"]:
                    self.ask(service, request)
                entries = [plain(item) for _, item in sorted(ledger.items.items())]
                self.assertEqual(entries, case["entries"])
                for event in counts.events:
                    self.assertIn(f"{event.slot_key.replace(':', '#00')}"[:36], str(case["entries"]))

    def ask(self, service: EventService, request: dict[str, Any]) -> None:
        paths = include(event_paths(lambda: service))
        with (
            self.settings(ROOT_URLCONF=(path("api/v1/", paths),)),
            mock.patch("allocation.http.events.time.time", return_value=request["now"] + 0.5),
        ):
            target = request["path"] + (f"?{request['query']}" if request["query"] else "")
            answer = self.client.generic(
                request["method"], target, request["body"], headers=request["headers"]
            )
        wanted = request["answer"]
        self.assertEqual(answer.status_code, wanted["status"], answer.content)
        found = {name: answer.headers.get(name) for name in wanted["headers"]}
        self.assertEqual(found, wanted["headers"])
        if "json" in wanted:
            self.assertEqual(answer.json(), wanted["json"])
        if "problem" in wanted and request["method"] != "HEAD":
            self.assertEqual(answer.json()["type"], f"urn:lockfill:problem:{wanted['problem']}")
        if "errors" in wanted:
            self.assertEqual(answer.json()["errors"], wanted["errors"])

    def test_bots_are_those_of_the_vectors(self) -> None:
        vectors = read_fixture("vectors/bots.json")
        self.assertEqual([each for each in vectors["bots"] if not is_bot(each)], [])
        self.assertEqual([each for each in vectors["people"] if is_bot(each)], [])
        self.assertFalse(is_bot(""))


class LargestEntry(SimpleTestCase):
    def test_the_largest_entry_is_smaller_than_a_kilobyte(self) -> None:
        """A write costs one unit for each kilobyte. A number takes at most one byte more than it has
        digits: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
        """
        identifier, hash_max, instant_max = "x" * ID_LENGTH_MAX, 2**64 - 1, 253_402_300_799
        entry = LedgerEntry(
            request_id=UUID(int=2**128 - 1),
            issued_at=instant_max,
            position=255,
            kind=IMPRESSION,
            event_class=WITHDRAWN,
            item_kind="line_item",
            item_id=identifier,
            item_hash=hash_max,
            campaign_id=identifier,
            advertiser_id=identifier,
            creative_id=identifier,
            creative_hash=hash_max,
            unit_id=identifier,
            unit_hash=hash_max,
            catalog_version=2**63 - 1,
            pricing="cpm",
            price_micros=2**63 - 1,
            currency="USD",
            happened_at=instant_max,
            arrived_at=instant_max,
            user_key=UserKeys(["s" * 32]).names("u")[0],
            zone_name="z" * ZONE_LENGTH_MAX,
            expires_at=instant_max,
            is_burst_unchecked=True,
        )
        item = ledger_item(entry)
        byte_count = sum(
            len(name) + len(text) + 1 for name, value in item.items() for text in map(str, value.values())
        )
        self.assertEqual(len(item), 23, "it has all attributes")
        self.assertLess(byte_count, 1_024)


def plain(item: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An item's values without the types that DynamoDB gives them."""
    return {name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()}
