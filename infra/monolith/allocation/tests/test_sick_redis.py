"""A Redis that is sick: how often it is connected to, and how soon it is used again."""

import socketserver
import threading
import time
from unittest import TestCase

from allocation.dao.error import DaoError
from allocation.dao.health import Entry, Health
from allocation.dao.redis_users import RedisUsers
from lockfill.ports import free_port
from lockfill.stopwatch import Stopwatch

_DEADLINE_SECONDS = 0.05
_SICK_SECONDS = 2.5
# Besides one a second: the first, and the one that tells a dead connection from a sick server.
_CONNECTIONS_BESIDES = 2
# A second, and what a busy machine adds.
_RECOVERY_SECONDS = 1.0 + 0.5
_INFO = b"$19\r\ncluster_enabled:0\r\n\r\n"


class _Server(socketserver.ThreadingTCPServer):
    """Answers each question in the manner that a test sets: late, with a line, or never."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.late_seconds = 0.0
        self.line: bytes | None = None
        self.is_resetting = False
        self.connections = 0
        self.questions = 0
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.server_address[1]}"

    def gets_well(self) -> None:
        self.late_seconds, self.line, self.is_resetting = 0.0, None, False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what the tests are about."""


class _Conversation(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.connections += 1
        while question := self.request.recv(4096):
            self.server.questions += 1
            if self.server.is_resetting:
                return
            line = self.server.line
            time.sleep(self.server.late_seconds)
            if line is None:
                line = _INFO if b"INFO" in question else b"*0\r\n:1\r\n"
            elif b"EXISTS" in question:
                # A state, and whether it is known.
                line += line
            self.request.sendall(line)


class SickRedis(TestCase):
    def setUp(self) -> None:
        self.server = _Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.users = RedisUsers(self.server.url, _DEADLINE_SECONDS)
        self.users.warm()
        self.becomes_well()

    def is_read(self) -> bool:
        try:
            self.users.load("u")
        except DaoError:
            return False
        return True

    def is_left_in_peace(self, *, is_connected_to: bool = True) -> None:
        """Most requests are answered without a question to the server, and few connections are made."""
        before, started = (self.server.connections, self.server.questions), time.monotonic()
        asked_times = 0
        while time.monotonic() - started < _SICK_SECONDS:
            self.assertFalse(self.is_read())
            asked_times += 1
            time.sleep(0.01)
        self.assertLess(self.server.questions - before[1], asked_times / 2)
        # On a busy machine the last request ends late.
        seconds = int(time.monotonic() - started)
        connections_max = seconds + _CONNECTIONS_BESIDES if is_connected_to else 0
        self.assertLessEqual(self.server.connections - before[0], connections_max)
        self.server.gets_well()
        self.becomes_well()

    def becomes_well(self) -> None:
        stopwatch = Stopwatch()
        # Once more: the first answer ends the sickness.
        while not (self.is_read() and self.is_read()):
            self.assertLess(stopwatch.seconds(), _RECOVERY_SECONDS)
            time.sleep(0.005)

    def test_a_server_that_answers_after_the_deadline_keeps_its_connection(self) -> None:
        # So late that a busy machine, which looks late, finds no answer either.
        for late_seconds in (_DEADLINE_SECONDS * 2, _DEADLINE_SECONDS * 5):
            self.server.late_seconds = late_seconds
            self.is_left_in_peace(is_connected_to=False)

    def test_a_server_that_says_nothing_is_connected_to_once_a_second(self) -> None:
        self.server.late_seconds = 60.0
        self.is_left_in_peace()

    def test_a_server_that_resets_connections_is_connected_to_once_a_second(self) -> None:
        self.server.is_resetting = True
        self.is_left_in_peace()

    def test_a_server_that_refuses_to_answer_is_left_in_peace(self) -> None:
        for code in (b"LOADING", b"BUSY", b"READONLY", b"NOAUTH"):
            with self.subTest(code):
                self.server.line = b"-%s not now\r\n" % code
                self.is_left_in_peace()

    def test_one_moved_from_a_single_server_is_forgotten(self) -> None:
        self.server.line = b"-MOVED 1 127.0.0.1:1\r\n"
        self.is_left_in_peace()

    def test_an_error_about_one_users_data_makes_no_server_sick(self) -> None:
        for code in (b"OOM", b"WRONGTYPE", b"ERR"):
            self.server.line = b"-%s of this key\r\n" % code
            for _ in range(10):
                self.assertFalse(self.is_read())
            self.server.gets_well()
            self.assertTrue(self.is_read(), code)
        # One asked what the server is, one reads.
        self.assertEqual(self.server.connections, 2)


class Connecting(TestCase):
    def test_an_attempt_to_connect_that_fails_in_any_way_is_not_the_last_one(self) -> None:
        users = RedisUsers(f"redis://127.0.0.1:{free_port()}", _DEADLINE_SECONDS)
        with self.assertLogs("django.allocation.users", "WARNING") as logs:
            for _ in range(30):
                with self.assertRaises(DaoError):
                    users.load("u")
                time.sleep(0.05)
        self.assertEqual(len(logs.output), 1, "each request would say it again")


class Healths(TestCase):
    def test_the_request_after_a_failure_probes_at_once_and_later_ones_a_second_apart(self) -> None:
        health = Health(lambda: 0.0)
        self.assertIs(health.admit(0), Entry.USUAL)
        health.failed(Entry.USUAL, is_disconnected=True)
        health.failed(Entry.USUAL, is_disconnected=True)
        self.assertIs(health.admit(0), Entry.PROBE)
        self.assertIsNone(health.admit(5), "one at a time")
        health.failed(Entry.PROBE, is_disconnected=True)
        self.assertIsNone(health.admit(0.99))
        self.assertIs(health.admit(1), Entry.PROBE)
        health.answered(Entry.PROBE)
        self.assertIs(health.admit(1), Entry.USUAL)

    def test_while_an_answer_is_late_no_request_asks(self) -> None:
        health = Health(lambda: 0.0)
        self.assertIs(health.admit(0), Entry.USUAL)
        health.late(Entry.USUAL)
        self.assertIsNone(health.admit(0.4))
        health.ended(0.4, is_disconnected=False)
        self.assertIs(health.admit(0.4), Entry.PROBE)
        health.late(Entry.PROBE)
        self.assertIsNone(health.admit(0.9))
        health.ended(0.9, is_disconnected=True)
        self.assertIsNone(health.admit(1.3))
        self.assertIs(health.admit(1.5), Entry.PROBE)

    def test_pauses_between_errors_double_up_to_half_a_second_and_differ(self) -> None:
        for chance, pauses in ((0.0, (0.1, 0.2, 0.25)), (1.0, (0.2, 0.4, 0.5))):
            health, now = Health(lambda chance=chance: chance), 0.0
            health.admit(now)
            health.failed(Entry.USUAL, is_disconnected=False)
            for pause in (0.0, *pauses, pauses[-1]):
                self.assertIsNone(health.admit(now + pause - 0.001) if pause else None)
                now += pause
                self.assertIs(health.admit(now), Entry.PROBE)
                health.failed(Entry.PROBE, is_disconnected=False)
