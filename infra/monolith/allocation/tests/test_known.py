"""Whether Redis has lost its data, as the functions find it out."""

from unittest import TestCase

from allocation.dao.events import EventRecord
from allocation.dao.redis_users import RedisUsers
from allocation.models.event import IMPRESSION, Owners, ShownItem
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import parse_zone
from allocation.models.user_state import STORED, UNKNOWN
from kernel.redis_known import SLOTS, known_key, slot_of
from kernel.tests.redis_server import RedisServer

_NOW = 1_795_338_000


def _event(slot_key: str) -> EventRecord:
    windows = buckets_at(_NOW, parse_zone("UTC"))
    item = ShownItem("li-1", Owners("c-1", "a-1"))
    return EventRecord(IMPRESSION, "u", slot_key, item, _NOW, windows, windows, 3_600)


class Tags(TestCase):
    def test_every_slot_has_a_key_of_its_own_in_that_slot(self) -> None:
        keys = [known_key(slot) for slot in range(SLOTS)]
        self.assertEqual(len(set(keys)), SLOTS)
        for slot, key in enumerate(keys):
            self.assertEqual(slot_of(key.partition("{")[2].partition("}")[0]), slot)

    def test_the_functions_have_the_same(self) -> None:
        """functions/shared/dao-redis/src/known.rs has the same texts."""
        found = [known_key(slot) for slot in (0, 1, 5_460, 16_383)]
        self.assertEqual(found, [f"lockfill:{{{tag}}}:known" for tag in ("DLH", "Fyk", "Dad", "BdY")])


class Loss(TestCase):
    def setUp(self) -> None:
        self.server = RedisServer()
        self.addCleanup(self.server.stop)
        self.users = RedisUsers(self.server.url, 2.0)
        self.users.warm()

    def test_a_history_is_unknown_after_a_loss_and_has_what_was_counted_since(self) -> None:
        self.assertTrue(self.users.record(_event("r:1")))
        self.assertEqual(self.users.load("u").source, STORED)
        self.server.client.flushall()
        lost = self.users.load("u")
        self.assertEqual((lost.source, lost.line_items), (UNKNOWN, {}))
        self.assertTrue(self.users.record(_event("r:2")))
        lost = self.users.load("u")
        self.assertEqual((lost.source, lost.line_items["li-1"].lifetime), (UNKNOWN, 1))
        # A rebuild finds it here.
        self.assertEqual(self.server.client.llen("lockfill:{u}:unknown"), 1)

    def test_what_is_known_in_part_is_not_known(self) -> None:
        self.server.client.delete(known_key(slot_of("u")))
        known, lost = self.users.load("other"), self.users.load("u")
        self.assertEqual([known.plus(lost).source, lost.plus(known).source], [UNKNOWN, UNKNOWN])
        self.assertEqual(known.plus(known).source, STORED)
