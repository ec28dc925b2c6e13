"""gunicorn's worker: a request takes a thread only after all of its bytes have arrived.

gunicorn's own threaded worker reads heads and bodies in its threads, so that a few clients that
send a byte a second hold all threads. Here the event loop of the worker receives requests, with
deadlines and within a bound of memory, and closes connections without waiting in the loop.
"""

import json
import re
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent import futures
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from gunicorn.http import get_parser
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from web.received_request import ReceivingConnection

# The balancer refuses heads of more than 64 KiB.
HEAD_BYTES_MAX = 128 * 1024
# Of all requests together that one worker has received in part. Forms in full are 2.5 MiB at most.
BUFFERED_BYTES_MAX = 64 * 1024 * 1024
HEAD_SECONDS_MAX = 10.0
BODY_SECONDS_MAX = 20.0
# After a response, a closing connection reads on for this long. Closing at once would reset the
# connection, and the client might lose the response.
LINGER_SECONDS = 2.0
SCAN_INTERVAL_SECONDS = 0.25
READ_BYTES = 64 * 1024
# Files, stores and listeners need descriptors too.
_OTHER_DESCRIPTORS = 128

# The health check has a thread of its own, so that it is answered while all others are at work.
_HEALTH_CHECK = re.compile(rb"\A(?:GET|HEAD) /healthz[ ?]")
# Guessers of passwords share one other thread, so that all they delay is one another.
_LOGIN_PATH = b"/admin/login"
# After each login that thread rests, so that guessers get no further part of a processor, however many
# they are. A person notices nothing of it.
LOGIN_PAUSE_SECONDS = 0.1


def connections_max(wanted: int) -> int:
    """Raises this process's limit of open files, and says how many connections are within it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_DESCRIPTORS
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - _OTHER_DESCRIPTORS, 64)


class BufferingWorker(ThreadWorker):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the order in which the receiving and the closing began. The values are not used.
        self._receiving: dict[ReceivingConnection, None] = {}
        self._lingering: dict[ReceivingConnection, None] = {}
        self._buffered_bytes = 0
        self._next_scan = 0.0
        self._health_pool = futures.ThreadPoolExecutor(max_workers=1)
        self._login_pool = futures.ThreadPoolExecutor(max_workers=1)

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            # Another worker was faster, the client has gone, or there is no descriptor left.
            self.log.debug("No connection was accepted: %s", error)
            self._make_room()
            return
        self.nr_conns += 1
        connection = ReceivingConnection(self.cfg, sock, client, listener.getsockname())
        self._start_receiving(connection, time.monotonic() + self.cfg.keepalive)
        self._make_room()

    def on_client_socket_readable(self, connection: ReceivingConnection, sock: Any) -> None:
        """A kept connection has the first bytes of another request."""
        if connection not in self.keepalived_conns:
            # Closed to make room, by an event of the same round.
            return
        self.poller.unregister(sock)
        self.keepalived_conns.remove(connection)
        self._start_receiving(connection, time.monotonic() + HEAD_SECONDS_MAX)

    def finish_request(self, connection: ReceivingConnection, future: Any) -> None:
        """In the event loop, after a thread has answered."""
        failed = future.cancelled() or future.exception() is not None
        if failed or not future.result():
            self._linger(connection)
            return
        connection.sock.setblocking(False)
        connection.expect_next()
        if connection.received:
            self._start_receiving(connection, time.monotonic() + HEAD_SECONDS_MAX)
            self._buffered_bytes += len(connection.received)
            self._advance(connection)
            return
        connection.set_timeout()
        if not self.alive:
            linger_until = time.monotonic() + STOP_KEEPALIVE_LINGER
            connection.timeout = min(connection.timeout, linger_until)
        self.keepalived_conns.append(connection)
        on_readable = partial(self.on_client_socket_readable, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, on_readable)

    def murder_pending(self) -> None:
        """Ends what has passed its deadline. gunicorn calls this after each round of events."""
        now = time.monotonic()
        if now < self._next_scan:
            return
        self._next_scan = now + SCAN_INTERVAL_SECONDS
        late = [connection for connection in self._receiving if connection.deadline <= now]
        for connection in late:
            self._stop_receiving(connection)
            if connection.received:
                self._refuse(connection, HTTPStatus.REQUEST_TIMEOUT)
            else:
                self._close(connection)
        if slow := sum(1 for connection in late if connection.received):
            self.log.warning("Requests that did not arrive in time: %d", slow)
        for connection in [c for c in self._lingering if c.deadline <= now]:
            self._stop_lingering(connection)

    def handle_request(self, request: Any, connection: ReceivingConnection) -> Any:
        """In a thread."""
        # The event loop has answered the expectation, unless it hands the head over alone.
        request._expected_100_continue = False
        if not connection.is_whole:
            request.force_close()
        try:
            return super().handle_request(request, connection)
        except TimeoutError:
            # The client does not read its response. gunicorn then closes the connection.
            raise StopIteration from None

    def _keepalive_after(self, connection: ReceivingConnection, keepalive: Any) -> bool:
        """In a thread: whether the connection can have another request."""
        if not keepalive or not connection.is_whole:
            return False
        # The rest of the body, which the application did not read, is in memory.
        return bool(connection.parser.finish_body())

    def _start_receiving(self, connection: ReceivingConnection, deadline: float) -> None:
        connection.deadline = deadline
        self._receiving[connection] = None
        on_readable = partial(self._receive, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, on_readable)

    def _receive(self, connection: ReceivingConnection, _sock: Any) -> None:
        if connection not in self._receiving:
            # Closed to make room, by an event of the same round.
            return
        try:
            data = connection.sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._stop_receiving(connection)
            if connection.length is not None:
                # The body is short. The application says so, and no thread waits for more.
                self._hand_over(connection)
            else:
                self._close(connection)
            return
        if not connection.received:
            connection.deadline = time.monotonic() + HEAD_SECONDS_MAX
        connection.received += data
        self._buffered_bytes += len(data)
        self._advance(connection)
        self._make_room()

    def _advance(self, connection: ReceivingConnection) -> None:
        """Hands the request to a thread if all of it has arrived."""
        if connection.length is None:
            if not connection.find_length():
                if len(connection.received) > HEAD_BYTES_MAX:
                    self._stop_receiving(connection)
                    self._refuse(connection, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
            connection.deadline = time.monotonic() + BODY_SECONDS_MAX
        if connection.length is not None and len(connection.received) >= connection.length:
            self._stop_receiving(connection)
            self._hand_over(connection)
        elif connection.take_expectation():
            self._send(connection, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, connection: ReceivingConnection) -> None:
        message = bytes(connection.received)
        connection.parser = get_parser(self.cfg, iter([message]), connection.client)
        connection.initialized = connection.data_ready = True
        pool = self._pool_of(message)
        future = pool.submit(self.handle, connection)
        if pool is self._login_pool:
            pool.submit(time.sleep, LOGIN_PAUSE_SECONDS)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, connection, done))

    def _pool_of(self, message: bytes) -> futures.ThreadPoolExecutor:
        if _HEALTH_CHECK.match(message):
            return self._health_pool
        request_line = message.partition(b"\r\n")[0]
        # Encoded characters would lead to the same page.
        is_login = _LOGIN_PATH in unquote_to_bytes(request_line)
        return self._login_pool if is_login else self.tpool

    def _refuse(self, connection: ReceivingConnection, status: HTTPStatus) -> None:
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
        document = {
            "type": f"urn:lockfill:problem:{status.phrase.lower().replace(' ', '-')}",
            "title": status.phrase.capitalize(),
            "status": status.value,
            "detail": "The request did not arrive in the time and size that the server allows.",
        }
        body = json.dumps(document, separators=(",", ":"))
        fields = (
            "Content-Type: application/problem+json\r\nCache-Control: no-store\r\n"
            f"x-lockfill-served-by: django\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._send(connection, f"{head}{fields}{body}".encode())
        self._linger(connection)

    def _send(self, connection: ReceivingConnection, data: bytes) -> None:
        """Sends without waiting: so few bytes are in the system's buffer at once."""
        try:
            connection.sock.send(data)
        except OSError as error:
            self.log.debug("A response was not sent: %s", error)

    def _linger(self, connection: ReceivingConnection) -> None:
        try:
            connection.sock.setblocking(False)
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(connection)
            return
        connection.deadline = time.monotonic() + LINGER_SECONDS
        self._lingering[connection] = None
        on_readable = partial(self._discard, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, on_readable)

    def _discard(self, connection: ReceivingConnection, sock: Any) -> None:
        try:
            ended = not sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            ended = True
        if ended and connection in self._lingering:
            self._stop_lingering(connection)

    def _stop_receiving(self, connection: ReceivingConnection) -> None:
        del self._receiving[connection]
        self._buffered_bytes -= len(connection.received)
        self.poller.unregister(connection.sock)

    def _stop_lingering(self, connection: ReceivingConnection) -> None:
        del self._lingering[connection]
        self.poller.unregister(connection.sock)
        self._close(connection)

    def _close(self, connection: ReceivingConnection) -> None:
        self.nr_conns -= 1
        connection.close()

    def _make_room(self) -> None:
        """Closes the connections that have sent a request for longest, if there are too many.

        gunicorn would accept no connection until one has ended, and health checks would wait.
        """
        connections_max = self.worker_connections - 1
        for connection in self._oldest():
            if self.nr_conns <= connections_max and self._buffered_bytes <= BUFFERED_BYTES_MAX:
                return
            if connection in self._lingering:
                self._stop_lingering(connection)
            else:
                self._stop_receiving(connection)
                self._close(connection)
        while self.nr_conns > connections_max and self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self._close(idle)

    def _oldest(self) -> Iterator[ReceivingConnection]:
        yield from list(self._lingering)
        yield from list(self._receiving)
