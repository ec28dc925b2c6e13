"""A proxy in front of a stack's DynamoDB, which counts reads of blobs and may make them late."""

import http.client
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class StoreProxy:
    """Forwards to a store. `reads` counts by version and by the place of what is read in its partition."""

    def __init__(self, url: str) -> None:
        self.reads: Counter[tuple[int, str]] = Counter()
        self.chunks_late_seconds = 0.0
        self._server = _Server(("127.0.0.1", 0), _handler(self, urlsplit(url).netloc))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def meet(self, target: str, body: bytes) -> None:
        """Notes a request, and keeps it waiting if it reads a chunk."""
        if not target.endswith(".GetItem"):
            return
        key = json.loads(body)["Key"]
        partition, place = key["pk"]["S"], key["sk"]["S"]
        if partition.startswith("blob#"):
            self.reads[int(partition.split("#")[2]), place] += 1
            if place != "manifest":
                time.sleep(self.chunks_late_seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments: object) -> None:
        """Environments are killed while they read, which is no error of the proxy's."""


def _handler(proxy: StoreProxy, address: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # An answer's head and body are two writes, and must not wait for each other's acknowledgement.
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.store = http.client.HTTPConnection(address)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            proxy.meet(self.headers["x-amz-target"], body)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            self.store.request("POST", self.path, body, headers)
            answer = self.store.getresponse()
            content = answer.read()
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
