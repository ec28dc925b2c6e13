"""More events in a minute than persons send, as the functions judge them."""

from unittest import TestCase

from allocation.dao.error import DaoError
from allocation.dao.redis_users import RedisUsers
from allocation.services.bursts import Burst, Counted, address_name
from allocation.services.client_address import forwarded_address
from allocation.services.signing import SigningKey, SigningKeys
from kernel.tests.redis_server import RedisServer

# 2026-11-22T09:00:30Z.
_NOW = 1_795_338_030
_PUBLIC = "203.0.113.7"


class Addresses(TestCase):
    def test_the_last_entry_is_the_clients_and_private_ones_are_none(self) -> None:
        self.assertEqual(forwarded_address(f"10.0.0.1, {_PUBLIC}"), bytes([0, 0, 0, 0, 203, 0, 113, 7]))
        self.assertEqual(forwarded_address(_PUBLIC), forwarded_address(f"::ffff:{_PUBLIC}"))
        self.assertEqual(forwarded_address("2001:db8:1:2:3::4"), bytes([0x20, 1, 0xD, 0xB8, 0, 1, 0, 2]))
        for local in (
            "",
            "x",
            f"{_PUBLIC}, 10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "127.0.0.1",
            "169.254.1.1",
            "::1",
            "fe80::1",
            "fd00::1",
            "0.0.0.0",
            f"{_PUBLIC}:80",
        ):
            self.assertIsNone(forwarded_address(local), local)

    def test_the_name_of_an_address_changes_each_day_and_with_the_key(self) -> None:
        address = forwarded_address(_PUBLIC)
        assert address is not None
        keys, others = (SigningKeys([SigningKey("k", letter * 32)]) for letter in "st")
        # functions/shared/services/src/bursts.rs has the same text.
        first = address_name(keys, address, _NOW)
        self.assertEqual(first, "~-VASmSiLWzY1CkJuHoa2uw")
        self.assertEqual(first, address_name(keys, address, _NOW + 14 * 3_600))
        self.assertNotEqual(first, address_name(keys, address, _NOW + 15 * 3_600))
        self.assertNotEqual(first, address_name(others, address, _NOW))


class Bursts(TestCase):
    def setUp(self) -> None:
        self.server = RedisServer()
        self.addCleanup(self.server.stop)
        self.users = RedisUsers(self.server.url, 2.0)
        self.users.warm()

    def judge(self, names: str, address: str | None = None, now: int = _NOW) -> list[Burst]:
        limits = [{name: 3, **({} if address is None else {address: 5})} for name in names]
        return Counted(limits).judge(self.users, now)

    def test_the_events_beyond_the_number_of_a_minute_are_a_burst(self) -> None:
        within, beyond = Burst.WITHIN, Burst.BEYOND
        self.assertEqual(self.judge("uvu"), [within] * 3)
        self.assertEqual(self.judge("uuv", "~a"), [within, beyond, within])
        self.assertEqual(self.judge("wxy", "~a"), [within, within, beyond])
        self.assertEqual(self.judge("u", "~a", _NOW + 60), [within])
        self.assertLessEqual(self.server.client.ttl(f"lockfill:{{u}}:burst:{_NOW // 60}"), 120)

    def test_without_redis_nothing_is_a_burst_and_says_so(self) -> None:
        self.server.kill()
        limits: list[dict[str, int]] = [{"u": 3}, {}]
        with self.assertRaises(DaoError):
            Counted(limits).judge(self.users, _NOW)
        self.assertEqual(Counted(limits).unchecked(), [Burst.UNCHECKED, Burst.WITHIN])
        self.assertEqual(Counted([{}]).judge(self.users, _NOW), [Burst.WITHIN])
