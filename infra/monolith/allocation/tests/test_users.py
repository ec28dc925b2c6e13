"""Stored histories of users: how they are read, and a Redis that does not answer."""

import socket
from unittest import TestCase

from allocation.dao.error import DaoError
from allocation.dao.redis_state import UnreadableState, parse_state
from allocation.dao.redis_users import RedisUsers
from allocation.models.user_state import WindowCount
from allocation.services.user_key import PLAIN, UserKeys
from lockfill.ports import free_port
from lockfill.stopwatch import Stopwatch


class Fields(TestCase):
    def test_ten_integers_are_a_history_and_unknown_fields_are_ignored(self) -> None:
        state = parse_state(
            {
                b"l:li:1": b"7 1700000000 28333333 1 472222 2 -3 3 2810 4",
                b"t:ct-1": b"1700000001",
                b"f": b"-5",
                b"k:li:1": b"many",
                b"p": b"new",
                b"segment:x": b"y",
            }
        )
        history = state.line_items["li:1"]
        self.assertEqual((history.lifetime, history.last_shown_at), (7, 1_700_000_000))
        self.assertEqual(history.day, WindowCount(-3, 3))
        self.assertEqual(state.contents, {"ct-1": 1_700_000_001})
        self.assertEqual(state.first_seen_at, -5)

    def test_a_value_that_cannot_be_read_is_an_error_that_names_no_user(self) -> None:
        for field, value in [
            (b"l:secret", b""),
            (b"l:secret", b"1 2 3 4 5 6 7 8 9"),
            (b"c:secret", b"1 2 3 4 5 6 7 8 9 10 11"),
            (b"a:secret", b"-1 2 3 4 5 6 7 8 9 10"),
            (b"a:secret", b"1 2 3 4 5 6 7 8 9 1.5"),
            (b"a:secret", b"1 2 3 4 5 6 7 8 9 4294967296"),
            (b"t:secret", b"yesterday"),
            (b"t:secret", b"9223372036854775808"),
            (b"f", b""),
        ]:
            with self.subTest(value), self.assertRaises(UnreadableState) as raised:
                parse_state({field: value})
            self.assertNotIn("secret", str(raised.exception))

    def test_a_users_key_is_the_same_in_every_language(self) -> None:
        self.assertEqual(PLAIN.names("u1"), ["u4IDDbwryroyqQvy4geoSg"])
        self.assertEqual(PLAIN.names("사용자"), ["GsbkIrfcALvNw1KgnskIyw"])
        self.assertEqual(
            UserKeys(["s" * 32, None, "t" * 32]).names("u1"),
            ["1MLb3Joy75UBYDjDh49nL2g", "u4IDDbwryroyqQvy4geoSg", "1vRYGk8Vt_TMZNOuxtEqMtg"],
        )

    def test_what_is_stored_under_two_names_is_added_up(self) -> None:
        def history(at: int) -> bytes:
            return b"1 %d %d 1 %d 1 20000 1 2857 1" % (at, at // 60, at // 3_600)

        earlier, later = 1_763_812_830, 1_763_816_400
        for first, second in ((earlier, later), (later, earlier)):
            states = [
                parse_state(
                    {b"l:li-1": history(at), b"t:ct-1": b"%d" % at, b"f": b"%d" % at, b"t:ct-%d" % at: b"1"}
                )
                for at in (first, second)
            ]
            merged = states[0].plus(states[1])
            item = merged.line_items["li-1"]
            self.assertEqual((item.lifetime, item.day.showings, item.hour), (2, 2, (later // 3_600, 1)))
            self.assertEqual((merged.contents["ct-1"], len(merged.contents)), (later, 3))
            self.assertEqual(merged.first_seen_at, earlier)
            self.assertEqual(states[0].line_items["li-1"].lifetime, 1, "the parts stay as they were")
            self.assertEqual(merged.plus(parse_state({})), merged)


class NoRedis(TestCase):
    def test_a_server_that_takes_connections_and_says_nothing_costs_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            users = RedisUsers(f"redis://127.0.0.1:{server.getsockname()[1]}", 0.01)
            for _ in range(3):
                stopwatch = Stopwatch()
                with self.assertRaisesRegex(DaoError, "Redis"):
                    users.load("u1")
                self.assertLess(stopwatch.seconds(), 0.5)

    def test_a_port_without_a_server_is_an_error_without_an_address(self) -> None:
        port = free_port()
        users = RedisUsers(f"redis://:hunter2@127.0.0.1:{port}", 0.05)
        with (
            self.assertLogs("django.allocation.users", "WARNING") as logs,
            self.assertRaises(DaoError) as raised,
        ):
            users.warm()
        for text in (str(raised.exception), *logs.output):
            self.assertNotIn("hunter2", text)
            self.assertNotIn(str(port), text)
