"""Clients that send their requests byte by byte, or not at all, cost the server no thread."""

import contextlib
import json
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import TestCase

from config.tests.gunicorn_server import Server
from web.buffering_worker import LOGIN_PAUSE_SECONDS

SLOW_BODIES = 16
SLOW_HEADS = 300
HEALTH_CHECK_SECONDS_MAX = 0.1
SETTINGS = "/api/v1/app/devices/d-1/settings"


class SlowClientsTests(TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = Server(Path(folder.name))
        cls.addClassCleanup(cls.server.stop)
        cls.server.migrate()
        # Each worker has loaded everything before a test measures time.
        for _ in range(20):
            cls.server.get("/healthz")
            cls.server.get(SETTINGS)

    def connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        self.addCleanup(connection.close)
        return connection

    def answer(self, connection: socket.socket) -> tuple[int, bytes]:
        """The status and everything behind the head, up to the end of the connection."""
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while data := connection.recv(65536):
                received += data
        head, _, body = received.partition(b"\r\n\r\n")
        return (int(head.split(b" ")[1]) if head else 0), body

    @contextlib.contextmanager
    def trickling(self, beginnings: list[bytes]) -> Iterator[list[socket.socket]]:
        """Connections that begin so, and then send a byte ten times a second."""
        connections = [self.connect() for _ in beginnings]
        for connection, beginning in zip(connections, beginnings, strict=True):
            connection.sendall(beginning)
        stopped = threading.Event()

        def trickle():
            while not stopped.wait(0.1):
                for connection in connections:
                    with contextlib.suppress(OSError):
                        connection.send(b"a")

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            yield connections
        finally:
            stopped.set()
            thread.join()

    def assert_others_are_served(self):
        times = []
        for _ in range(20):
            started = time.monotonic()
            self.assertEqual(self.server.get("/healthz").status, 200)
            times.append(time.monotonic() - started)
            self.assertEqual(self.server.get(SETTINGS).status, 200)
            time.sleep(0.02)
        # The mean, because the machine may be busy with other tests for a moment.
        self.assertLess(sum(times) / len(times), HEALTH_CHECK_SECONDS_MAX, times)

    def test_slow_bodies_do_not_stop_the_server(self):
        head = (
            f"PUT {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 60000\r\n\r\n"
        )
        with self.trickling([head.encode()] * SLOW_BODIES):
            self.assert_others_are_served()

    def test_slow_bodies_that_are_too_large_do_not_stop_the_server(self):
        heads = [
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{framing}\r\n\r\n"
            for path in ("/admin/login/", "/api/v1/app/members")
            for kind in ("multipart/form-data; boundary=b", "application/json")
            for framing in ("Content-Length: 60000000", "Transfer-Encoding: chunked")
        ]
        with self.trickling([head.encode() for head in heads] * 2):
            self.assert_others_are_served()

    def test_slow_heads_do_not_stop_the_server(self):
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.assertGreater(soft, SLOW_HEADS + 100)
        head = f"GET {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
        with self.trickling([head.encode()] * SLOW_HEADS):
            self.assert_others_are_served()

    def test_sixteen_guessers_of_passwords_wait_for_one_another_alone(self):
        form = f"username=operator&password=wrong&csrfmiddlewaretoken={'a' * 32}"
        for path in ("/admin/login/", "/%61dmin/login/?next=/admin/"):
            guess = (
                f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: csrftoken={'a' * 32}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
                f"Content-Length: {len(form)}\r\n\r\n{form}"
            ).encode()
            guessers = [self.connect() for _ in range(16)]
            for guesser in guessers:
                guesser.sendall(guess)
            self.assert_others_are_served()
            statuses = [self.answer(guesser)[0] for guesser in guessers]
            self.assertLessEqual(set(statuses), {403, 429})
            self.assertLessEqual(statuses.count(403), 5)

    def test_guesses_take_no_more_of_a_processor_the_more_there_are(self):
        page = b"GET /admin/login/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        started = time.monotonic()
        clients = [self.connect() for _ in range(24)]
        for client in clients:
            client.sendall(page)
        self.assertEqual({self.answer(client)[0] for client in clients}, {200})
        # At least one of the two workers has had half of them.
        self.assertGreater(time.monotonic() - started, 11 * LOGIN_PAUSE_SECONDS)

    def test_connections_that_stay_open_after_their_answer_do_not_stop_the_server(self):
        request = f"GET {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for _ in range(40):
            self.connect().sendall(request.encode())
        self.assert_others_are_served()

    def test_a_body_that_does_not_arrive_in_time_is_a_408(self):
        connection = self.connect()
        connection.sendall(b"POST /api/v1/app/members HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1")
        status, body = self.answer(connection)
        self.assertEqual(status, 408)
        self.assertEqual(json.loads(body)["type"], "urn:lockfill:problem:request-timeout")
        self.server.wait_for("Requests that did not arrive in time: 1")

    def test_a_head_without_an_end_is_a_431(self):
        connection = self.connect()
        connection.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 200_000)
        self.assertEqual(self.answer(connection)[0], 431)

    def test_a_body_that_ends_early_is_a_400_at_once(self):
        connection = self.connect()
        connection.sendall(
            f"PUT {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 100\r\n\r\n{}".encode()
        )
        connection.shutdown(socket.SHUT_WR)
        status, body = self.answer(connection)
        self.assertEqual((status, json.loads(body)["status"]), (400, 400))

    def test_a_body_that_announces_too_much_is_a_413_at_once(self):
        connection = self.connect()
        connection.sendall(
            b"POST /api/v1/app/members HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: "
            + b"k" * 30
            + b"\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
            b"Content-Length: 60000000\r\n\r\n"
        )
        status, body = self.answer(connection)
        self.assertEqual((status, json.loads(body)["status"]), (413, 413))

    def test_a_client_that_expects_a_continue_gets_one_and_then_its_answer(self):
        connection = self.connect()
        connection.sendall(
            f"PUT {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".encode()
        )
        self.assertEqual(connection.recv(100), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.sendall(b"{}")
        self.assertIn(self.answer(connection)[0], (200, 400))

    def test_requests_in_a_row_on_one_connection_are_all_answered(self):
        connection = self.connect()
        request = f"GET {SETTINGS} HTTP/1.1\r\nHost: localhost\r\n"
        put = (
            f"PUT {SETTINGS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
            "Content-Length: 100000\r\n\r\n" + "x" * 100_000
        )
        last = f"{request}Connection: close\r\n\r\n"
        connection.sendall((f"{request}\r\n" * 3 + put + last).encode())
        received = b""
        while data := connection.recv(65536):
            received += data
        statuses = [part.split(b" ")[0] for part in received.split(b"HTTP/1.1 ")[1:]]
        self.assertEqual(statuses, [b"200", b"200", b"200", b"415", b"200"])
