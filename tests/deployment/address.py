"""A fixed address in front of the engine's balancer, whose own address has a name that the stack makes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lockfill import web

_PASSED_ON = ("content-type", "x-lockfill-served-by", "x-lockfill-degraded")


@contextmanager
def fixed(balancer_url: Callable[[], str]) -> Iterator[str]:
    """Passes requests without a body on to the balancer of the moment; the URL of the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = web.get(balancer_url() + self.path)
            self.send_response(answer.status)
            for name in _PASSED_ON:
                if value := answer.headers[name]:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_arguments: Any) -> None:
            """Says nothing: pytest shows what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
