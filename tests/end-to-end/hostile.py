"""Requests that no client should send, from `tests/fixtures/malformed`, and raw sockets to send them on.

An HTTP library would refuse to send most of them.
"""

import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from device import LOCKSCREEN
from lockfill import ROOT, local_secrets

MALFORMED = ROOT / "tests" / "fixtures" / "malformed"
EVENTS = "/api/v1/events"
UNIT = "1001"
# The fixtures' word for the debug token. Cases hold the word, so that no failed test prints the token.
TOKEN = "TOKEN"
# What the balancer refuses itself, before any function sees it.
REQUEST_LINE_MAX = 16 * 1024
LISTS = ("interests", "segments", "packages", "shown")


@dataclass
class Reply:
    """The first answer on a connection; a status of 0 is a connection closed without one."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def exchange(port: int, sent: bytes, seconds: float = 10.0) -> Reply:
    """Sends bytes as they are, on a connection of their own."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(sent)
            received = connection.makefile("rb")
            line = received.readline()
            if not line:
                return Reply()
            reply = Reply(int(line.split()[1]))
            while (line := received.readline().strip()) != b"":
                name, _, value = line.decode("latin-1").partition(":")
                reply.headers[name.lower()] = value.strip()
            reply.body = received.read(int(reply.headers.get("content-length", 0)))
            return reply
        except (ConnectionResetError, BrokenPipeError):
            return Reply()


def message(
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    host: str = "lockfill.example",
) -> bytes:
    """A request; a character below U+0100 is one byte of it."""
    lines = [f"{method} {target} HTTP/1.1", f"host: {host}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"content-length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


@dataclass
class Case:
    """A request, and the status and the parameters that a problem document must name. With a status of 200, a
    device's request, which is answered even if some of it is ignored.
    """

    describes: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int
    fields: list[str]
    # What the header of an answer names; None where that is another test's matter.
    ignored: str | None = None

    def message(self, host: str = "lockfill.example") -> bytes:
        token = local_secrets.read("debug-token")
        headers = [(name, value.replace(TOKEN, token)) for name, value in self.headers]
        return message(self.method, self.target, headers, self.body, host)

    @property
    def is_refused_by_the_balancer(self) -> bool:
        """Whether its request line is longer than the balancer lets through."""
        return len(self.message().split(b"\r\n", 1)[0]) > REQUEST_LINE_MAX


def values() -> Iterator[Case]:
    """Every other value of each parameter in a query, the others in a body: in-process all come both ways. An
    optional one is sent by a developer, and again by a device.
    """
    right = {"unit_id": UNIT, "user_id": "u", "lat": "1", "lon": "1"}
    authorization = ("authorization", f"Bearer {TOKEN}")
    for name, wrong_values in _read("values.json")["values"].items():
        wrong = "kv.plan" if name == "kv" else name
        for index, value in enumerate(map(_text, wrong_values)):
            what = f"{name} is {value[:80]!r}"
            is_optional = name not in ("unit_id", "user_id", "explain", "now", "strict")
            for others in [{**right, "strict": "1"}, right] if is_optional else [right]:
                status, fields = (400, [wrong]) if others is not right or not is_optional else (200, [])
                if index % 2 == 0:
                    pairs = {**others, wrong: value}.items()
                    query = "&".join(f"{key}={quote_from_bytes(text.encode(), '')}" for key, text in pairs)
                    yield Case(what, "GET", f"{LOCKSCREEN}?{query}", [authorization], b"", status, fields)
                else:
                    nested = {"kv": {"plan": value}}.get(name, [value] if name in LISTS else value)
                    body = json.dumps({**others, name: nested}).encode()
                    headers = [authorization, ("content-type", "application/json")]
                    yield Case(what, "POST", LOCKSCREEN, headers, body, status, fields)


def queries() -> Iterator[Case]:
    for request in _read("queries.json")["requests"]:
        target = f"{LOCKSCREEN}?{_text(request['query'])}"
        fields = request.get("fields", [])
        if "ignored" in request:
            yield Case(request["describes"], "GET", target, [], b"", 200, [], request["ignored"])
            target += "&strict=1"
        yield Case(request["describes"], "GET", target, [], b"", request["status"], fields)


def bodies() -> Iterator[Case]:
    """Bodies, as JSON where they name no content type."""
    for request in _read("bodies.json")["requests"]:
        is_binary = "bytes" in request
        body = bytes.fromhex(request["bytes"]) if is_binary else _text(request["body"]).encode()
        headers = _headers(request)
        if not any(name == "content-type" for name, _ in headers):
            headers.append(("content-type", "application/json"))
        fields = request.get("fields", [])
        if "ignored" in request:
            yield Case(request["describes"], "POST", LOCKSCREEN, headers, body, 200, [], request["ignored"])
            body = body.replace(b"{", b'{"strict":1,', 1)
        yield Case(request["describes"], "POST", LOCKSCREEN, headers, body, request["status"], fields)


def authorizations() -> Iterator[Case]:
    """Headers of requests that ask for debugging."""
    corpus = _read("headers.json")
    target = f"{LOCKSCREEN}?{_text(corpus['query'])}"
    for request in corpus["requests"]:
        yield Case(request["describes"], "GET", target, _headers(request), b"", request["status"], [])


def paths() -> Iterator[Case]:
    """Methods and paths that the balancer sends to a function; those with LINK want the token of a link."""
    for request in _read("paths.json")["requests"]:
        if "elsewhere" not in request:
            path = _text(request["path"]).replace("EVENTS", EVENTS)
            # The characters that an HTTP parser takes for an end, encoded as a browser would.
            target = path.replace("<", "%3C").replace(">", "%3E").replace("`", "%60")
            target = f"{target}?unit_id={UNIT}&user_id=u"
            method = _text(request.get("method", "GET"))
            yield Case(request["describes"], method, target, [], b"", request["status"], [])


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((MALFORMED / name).read_text())
    return document


def _text(value: Any) -> str:
    """A text, a text repeated, or several of these one after the other."""
    if isinstance(value, list):
        return "".join(_text(piece) for piece in value)
    plain = value["text"] * value["times"] if isinstance(value, dict) else value
    return str(plain).replace("UNIT", UNIT).replace("LOCKSCREEN", LOCKSCREEN)


def _headers(request: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = [(name, _text(value)) for name, value in request.get("headers", [])]
    return pairs * int(request.get("repeat", 1))
