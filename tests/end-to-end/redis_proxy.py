"""A proxy in front of a stack's Redis, which answers as sickly as a test says."""

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# The head of a question in Redis's protocol.
_QUESTION = re.compile(rb"\*[0-9]+\r\n\$")
# Closing a socket with these options resets its connection.
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Manner:
    """How Redis answers."""

    late_ms: int = 0
    # Each question is answered with this line, and never reaches Redis.
    line: str | None = None
    # Connections are reset, the present ones at once.
    is_resetting: bool = False
    # Connections are accepted and never get an answer, also after Redis is well again.
    is_half_open: bool = False


WELL = Manner()


class RedisProxy:
    """Forwards to a port, and counts the connections that it accepts."""

    def __init__(self, redis_port: int) -> None:
        self._redis_port = redis_port
        self._manner = WELL
        self._clients: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._listener.getsockname()[1]}"

    def becomes(self, manner: Manner) -> None:
        self._manner = manner
        if manner.is_resetting:
            for client in list(self._clients):
                _reset(client)

    def close(self) -> None:
        # A thread that waits for a connection would keep the socket open.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.accepted += 1
                if self._manner.is_resetting:
                    _reset(client)
                    continue
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                redis = socket.create_connection(("127.0.0.1", self._redis_port))
                redis.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._clients.add(client)
                threading.Thread(target=self._ask, args=(client, redis), daemon=True).start()
                threading.Thread(target=self._answer, args=(redis, client), daemon=True).start()

    def _ask(self, client: socket.socket, redis: socket.socket) -> None:
        """Forwards questions until the client hangs up."""
        with self._ending(client, redis):
            while question := client.recv(65_536):
                manner = self._manner
                if manner.is_half_open:
                    while client.recv(65_536):
                        pass
                elif manner.line is not None:
                    client.sendall(f"{manner.line}\r\n".encode() * len(_QUESTION.findall(question)))
                else:
                    redis.sendall(question)

    def _answer(self, redis: socket.socket, client: socket.socket) -> None:
        """Forwards answers, late if Redis is slow."""
        with self._ending(client, redis):
            while answer := redis.recv(65_536):
                time.sleep(self._manner.late_ms / 1_000)
                client.sendall(answer)

    @contextmanager
    def _ending(self, client: socket.socket, redis: socket.socket) -> Iterator[None]:
        try:
            yield
        except OSError:
            pass
        finally:
            self._clients.discard(client)
            for side in (client, redis):
                with contextlib.suppress(OSError):
                    side.shutdown(socket.SHUT_RDWR)
                side.close()


def _reset(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # A thread that waits for a question would keep the connection open.
        client.shutdown(socket.SHUT_RD)
        client.close()
