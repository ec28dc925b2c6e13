"""Targets that answer with the request that they received, and requests that are sent through a balancer."""

import contextlib
import http.client
import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from routing_world import Request

FORWARDED = ("host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id", "x-stage")


class Echo(BaseHTTPRequestHandler):
    """Answers with the name of its target and what was asked."""

    server: "Target"

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name: str) -> Any:
        # Any method, unknown ones too.
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        seen = {name: self.headers.get_all(name) for name in FORWARDED if name in self.headers}
        document = {"target": self.server.name, "method": self.command, "path": self.path}
        text = json.dumps({**document, "headers": seen, "bytes": len(body)}).encode()
        self.send_response(200)
        self.send_header("x-target", self.server.name)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *_arguments: Any) -> None:
        """Prints nothing: the output is the tests'."""


class Target(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.name = name
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


def ask(port: int, request: Request) -> dict[str, Any]:
    """An answer, without what must differ: ports, trace ids, pages and names of the programs themselves."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), 10, (request.source, 0))) as sock:
        lines = [f"{request.method} {request.target} HTTP/1.1", f"Host: {request.host}"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        if request.body:
            lines.append(f"Content-Length: {len(request.body)}")
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        sock.sendall(head + request.body)
        response = http.client.HTTPResponse(sock, method=request.method)
        response.begin()
        body = response.read()
    answer: dict[str, Any] = {"status": response.status, "location": response.headers["location"]}
    answer["target"] = response.headers["x-target"]
    # nginx gives an answer without content no type.
    is_fixed = (response.headers["content-type"] or "").endswith("charset=utf-8") and response.status != 204
    if answer["target"] or is_fixed:
        answer["type"] = response.headers["content-type"]
        answer["body"] = body.decode()
    text = (
        json.dumps(answer)
        .replace(f":{port}", ":PORT")
        .replace(f"/{port}", "/PORT")
        .replace(f'\\"{port}\\"', "PORT")
    )
    comparable: dict[str, Any] = json.loads(re.sub(r"1-[0-9a-f]{8}-[0-9a-f]{24}", _named, text))
    return comparable


def _named(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("1-00000000") else "1-NEW"
