"""More events in a minute than persons send, as the functions judge them."""

from typing import Any
from unittest import TestCase

from allocation.dao.error import DaoError
from allocation.dao.redis_users import RedisUsers
from allocation.services.bursts import Burst, Counted, address_name
from allocation.services.client_address import forwarded_address
from allocation.services.signing import SigningKey, SigningKeys
from allocation.tests.fixtures import read_fixture
from kernel.tests.redis_server import RedisServer

_VECTORS = read_fixture("vectors/bursts.json")
# 2026-11-22T09:00:30Z.
_NOW = 1_795_338_030


class Addresses(TestCase):
    def test_addresses_are_read_as_in_the_vectors(self) -> None:
        for row in _VECTORS["addresses"]:
            found = forwarded_address(row["header"])
            self.assertEqual(None if found is None else found.hex(), row["bytes"], row["header"])

    def test_the_name_of_an_address_changes_each_day_and_with_the_key(self) -> None:
        for row in _VECTORS["names"]:
            self.assertEqual(_name(row, row["key"], row["at"]), row["name"])
        row = _VECTORS["names"][1]
        self.assertNotEqual(_name(row, row["key"], row["at"] + 3_600), row["name"])
        self.assertNotEqual(_name(row, f"k:{'t' * 32}", row["at"]), row["name"])


def _name(row: dict[str, Any], key: str, at: int) -> str:
    address = forwarded_address(row["header"])
    assert address is not None
    key_id, _, secret = key.partition(":")
    return address_name(SigningKeys([SigningKey(key_id, secret)]), address, at)


class Bursts(TestCase):
    def setUp(self) -> None:
        self.server = RedisServer()
        self.addCleanup(self.server.stop)
        self.users = RedisUsers(self.server.url, 2.0)
        self.users.warm()

    def test_the_events_beyond_the_number_of_a_minute_are_a_burst_as_in_the_vectors(self) -> None:
        of_user, of_address = _VECTORS["user_events_max"], _VECTORS["address_events_max"]
        for row in _VECTORS["requests"]:
            address = {} if row["address"] is None else {row["address"]: of_address}
            limits: list[dict[str, int]] = [{user: of_user, **address} for user, _ in row["events"]]
            found = [burst.value for burst in Counted(limits).judge(self.users, row["at"])]
            self.assertEqual(found, [word for _, word in row["events"]], row["describes"])
        self.assertLessEqual(self.server.client.ttl(f"lockfill:{{u}}:burst:{_NOW // 60}"), 120)

    def test_without_redis_nothing_is_a_burst_and_says_so(self) -> None:
        self.server.kill()
        limits: list[dict[str, int]] = [{"u": 3}, {}]
        with self.assertRaises(DaoError):
            Counted(limits).judge(self.users, _NOW)
        self.assertEqual(Counted(limits).unchecked(), [Burst.UNCHECKED, Burst.WITHIN])
        self.assertEqual(Counted([{}]).judge(self.users, _NOW), [Burst.WITHIN])
