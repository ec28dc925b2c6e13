"""Runs of `scripts/parity`, and a server that answers a little differently from the one behind it."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lockfill import ROOT, web
from lockfill.parity.comparison import HEADERS

COMMAND = str(ROOT / "scripts" / "parity")
Change = Callable[[dict[str, Any]], None]


def parity(*arguments: object, seconds_max: float = 300) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds_max)


@contextmanager
def changing_proxy(url: str, change: Change) -> Iterator[str]:
    """Passes everything on, and changes allocations; its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            passed = ("content-type", "authorization", "origin", "access-control-request-method")
            headers = {name: self.headers[name] for name in passed if name in self.headers}
            got = web.request(self.command, url + self.path, headers, self.rfile.read(length))
            body = got.body
            if got.status == 200:
                document = got.json
                change(document)
                body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
            self.send_response(got.status)
            for name in HEADERS:
                if name in got.headers:
                    self.send_header(name, got.headers[name])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

        def log_message(self, *_: object) -> None:
            """Prints nothing: the output is the tests'."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
