"""Stands in front of a DynamoDB and forwards what it is asked, for those who count or delay it."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class StoreForwarder:
    """Forwards to a store, at an address of its own. A subclass is called in the thread of a connection."""

    def __init__(self, url: str) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler(self, urlsplit(url).netloc))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked(self, target: str, body: bytes) -> bytes:
        """The body as it is passed on."""
        return body

    def answered(self, target: str, status: int, content: bytes) -> None:
        """Takes note of the answer, before the client has it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """Environments are killed while they read, which is no error of the forwarder's."""


def _handler(forwarder: StoreForwarder, address: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer's head and body are two writes, and must not wait for each other's acknowledgement.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.store = http.client.HTTPConnection(address)

        def do_POST(self) -> None:
            target = self.headers["x-amz-target"]
            body = forwarder.asked(target, self.rfile.read(int(self.headers["content-length"])))
            # The connection names its own host, and the length of the body as it is now.
            own = ("host", "content-length")
            headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
            self.store.request("POST", self.path, body, headers)
            answer = self.store.getresponse()
            content = answer.read()
            forwarder.answered(target, answer.status, content)
            self.send_response(answer.status)
            self.send_header("content-type", answer.headers["content-type"])
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def finish(self) -> None:
            self.store.close()
            super().finish()

        def log_message(self, *_arguments: object) -> None:
            """Logs nothing."""

    return Handler
