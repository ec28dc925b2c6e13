"""A receiver of webhooks: a real HTTP server on this machine, which checks signatures as its makers say."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple

from standardwebhooks import Webhook


class Received(NamedTuple):
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified(self, secret: str) -> Any:
        """The document, if one of the signatures is of this secret."""
        return Webhook(secret).verify(self.body, self.headers)


class Receiver:
    """What was received, and what is answered: a status, or a function that answers by hand."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: int | Callable[[BaseHTTPRequestHandler], None] = 204
        # Set at the end: receivers that hang go on.
        self.is_over = Event()
        self.url = ""

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["content-length"]))
        self.received.append(Received({k.lower(): v for k, v in handler.headers.items()}, body))
        if callable(self.answer):
            self.answer(handler)
            return
        handler.send_response(self.answer)
        handler.send_header("content-length", "0")
        handler.end_headers()


@contextmanager
def receiver(tls: ssl.SSLContext | None = None, path: str = "/hooks?of=lockfill") -> Iterator[Receiver]:
    it = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            # The sender may have enough of it.
            with suppress(OSError):
                it.handle(self)
            self.close_connection = True

        def log_message(self, *_values: Any) -> None:
            """Not on the test's output."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_values: Any) -> None:
            """A sender that ends the handshake is what is tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        it.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}{path}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield it
        finally:
            it.is_over.set()
            server.shutdown()
            thread.join()
