"""What the balancer and the functions make of requests that nobody should send.

The same requests as in-process, from `tests/fixtures/malformed`, over sockets of our own: an HTTP library
would refuse to send most of them.
"""

import json
import socket
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from lockfill import ROOT, local_secrets
from support import LOCKSCREEN, EndToEnd

MALFORMED = ROOT / "tests" / "fixtures" / "malformed"
EVENTS = "/api/v1/events"
UNIT = "1001"
# What the balancer refuses itself, before any function sees it.
REQUEST_LINE_MAX = 16 * 1024
# Every other value of each parameter in a query, the others in a body: in-process all come both ways.
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


def message(method: str, target: str, headers: list[tuple[str, str]] = (), body: bytes = b"") -> bytes:
    """A request; a character below U+0100 is one byte of it."""
    lines = [f"{method} {target} HTTP/1.1", "host: lockfill.example", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    lines += [f"content-length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def read(name: str) -> dict[str, Any]:
    return json.loads((MALFORMED / name).read_text())


class Hostile(EndToEnd):
    def setUp(self) -> None:
        super().setUp()
        self.token = local_secrets.read("debug-token")

    def text(self, value: Any) -> str:
        """A text, a text repeated, or several of these one after the other."""
        if isinstance(value, list):
            return "".join(self.text(piece) for piece in value)
        text = value["text"] * value["times"] if isinstance(value, dict) else value
        return text.replace("UNIT", UNIT).replace("TOKEN", self.token).replace("LOCKSCREEN", LOCKSCREEN)

    def headers(self, request: dict[str, Any]) -> list[tuple[str, str]]:
        pairs = [(name, self.text(value)) for name, value in request.get("headers", [])]
        return pairs * request.get("repeat", 1)

    def check(self, what: str, sent: bytes, status: int, fields: list[str] | None = None) -> None:
        """A problem document of that status; or the balancer's own refusal of what is too long for it."""
        started = time.monotonic()
        reply = exchange(self.stack.port, sent)
        with self.subTest(what):
            self.assertLess(time.monotonic() - started, 5)
            if len(sent.split(b"\r\n", 1)[0]) > REQUEST_LINE_MAX:
                self.assertEqual(reply.status, 414)
                return
            self.assertEqual(reply.status, status, reply.body[:500])
            self.assertEqual(reply.headers["content-type"], "application/problem+json")
            document = json.loads(reply.body)
            self.assertEqual([error["field"] for error in document.get("errors", [])], fields or [])

    def test_no_parameter_takes_what_it_must_not_be(self) -> None:
        right = {"unit_id": UNIT, "user_id": "u", "lat": "1", "lon": "1"}
        authorization = ("authorization", f"Bearer {self.token}")
        json_headers = [authorization, ("content-type", "application/json")]
        for name, values in read("values.json")["values"].items():
            wrong = "kv.plan" if name == "kv" else name
            for index, value in enumerate(map(self.text, values)):
                what = f"{name} is {value[:80]!r}"
                if index % 2 == 0:
                    pairs = {key: text.encode() for key, text in {**right, wrong: value}.items()}
                    query = "&".join(f"{key}={quote_from_bytes(text, '')}" for key, text in pairs.items())
                    sent = message("GET", f"{LOCKSCREEN}?{query}", [authorization])
                else:
                    nested = {"kv": {"plan": value}}.get(name, [value] if name in LISTS else value)
                    body = json.dumps({**right, name: nested}).encode()
                    sent = message("POST", LOCKSCREEN, json_headers, body)
                self.check(what, sent, 400, [wrong])

    def test_a_hostile_query_is_a_problem_that_names_what_is_wrong(self) -> None:
        for request in read("queries.json")["requests"]:
            target = f"{LOCKSCREEN}?{self.text(request['query'])}"
            self.check(request["describes"], message("GET", target), request["status"], request.get("fields"))

    def test_a_hostile_body_is_a_problem_in_whatever_type_it_comes(self) -> None:
        for request in read("bodies.json")["requests"]:
            is_binary = "bytes" in request
            body = bytes.fromhex(request["bytes"]) if is_binary else self.text(request["body"]).encode()
            headers = self.headers(request)
            if not any(name == "content-type" for name, _ in headers):
                headers.append(("content-type", "application/json"))
            sent = message("POST", LOCKSCREEN, headers, body)
            self.check(request["describes"], sent, request["status"], request.get("fields"))

    def test_no_header_but_the_right_one_opens_debugging(self) -> None:
        corpus = read("headers.json")
        target = f"{LOCKSCREEN}?{self.text(corpus['query'])}"
        for request in corpus["requests"]:
            sent = message("GET", target, self.headers(request))
            self.check(request["describes"], sent, request["status"])

    def test_hostile_paths_and_tokens_are_problems(self) -> None:
        slots = self.ask(country="KR")["slots"]
        link = slots[0]["tracking"]["impression_url"].rsplit("/", 1)[1]
        for request in read("paths.json")["requests"]:
            if "elsewhere" not in request:
                path = self.text(request["path"]).replace("EVENTS", EVENTS).replace("LINK", link)
                # The characters that an HTTP parser takes for an end, encoded as a browser would.
                target = path.replace("<", "%3C").replace(">", "%3E").replace("`", "%60")
                sent = message(self.text(request.get("method", "GET")), f"{target}?unit_id={UNIT}&user_id=u")
                self.check(request["describes"], sent, request["status"])


class RawRequests(EndToEnd):
    """What is no HTTP, or HTTP that a library would not write."""

    def reply(self, sent: bytes) -> Reply:
        reply = exchange(self.stack.port, sent)
        self.assertLess(reply.status, 500, sent[:200])
        return reply

    def test_what_is_no_http_is_refused_by_the_balancer(self) -> None:
        target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=u".encode()
        for sent in [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
            b"GET\r\n\r\n",
            b"G\x00T " + target + b" HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET " + target + b"\x00 HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET " + target + b"\x7f\x01 HTTP/1.1\r\nhost: x\r\n\r\n",
            b"GET " + target + b" HTTP/1.1\r\nhost: x\r\na b: c\r\n\r\n",
            b"GET " + target + b" HTTP/1.1\r\nhost: x\r\n: c\r\n\r\n",
            b"GET " + target + b" HTTP/1.1\r\nhost: x\r\na: \x00\r\n\r\n",
            b"GET " + target + b" HTTP/1.1\r\n\r\n",
            b"POST " + target + b" HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
            b"POST " + target + b" HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
            b"POST " + target + b" HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            b"CONNECT " + LOCKSCREEN.encode() + b" HTTP/1.1\r\nhost: x\r\n\r\n",
            b"TRACE " + target + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        ]:
            with self.subTest(sent[:80]):
                self.assertIn(self.reply(sent).status, (0, 400, 405))

    def test_an_unknown_version_of_http_is_told_so(self) -> None:
        reply = exchange(self.stack.port, f"GET {LOCKSCREEN} HTTP/9.9\r\nhost: x\r\n\r\n".encode())
        self.assertEqual(reply.status, 505)

    def test_bytes_above_ascii_in_a_query_are_read_as_text_or_refused(self) -> None:
        for raw in (b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", "한".encode() + b"\xff"):
            target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=".encode() + raw
            with self.subTest(raw):
                sent = b"GET " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                self.assertEqual(self.reply(sent).status, 400)
        target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=한국".encode()
        sent = b"GET " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        self.assertIn(self.reply(sent).status, (200, 400))

    def test_a_query_that_grows_beyond_a_uri_when_it_is_read_is_a_problem(self) -> None:
        for raw in (b"\xff", b"%ff", "ÿ".encode(), "🔒".encode(), b"(", b"%28", b"&=", b"(&"):
            filling = raw * (16_000 // len(raw))
            target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=".encode() + filling
            with self.subTest(raw):
                sent = b"GET " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
                # Separators end the user's name and begin unknown parameters, which mean nothing.
                self.assertEqual(self.reply(sent).status, 200 if raw == b"(&" else 400)

    def test_hostile_hosts_reach_no_answer_of_ours_as_an_address(self) -> None:
        for host in (b"", b"a b", b"/", b"[::1", b"a:99999", b"evil.example\\@x", b"\xff", b"x" * 8_000):
            target = f"{LOCKSCREEN}?unit_id={UNIT}&user_id=u&country=KR".encode()
            with self.subTest(host[:20]):
                sent = b"GET " + target + b" HTTP/1.1\r\nhost: " + host
                reply = self.reply(sent + b"\r\nx-forwarded-host: evil.example\r\nconnection: close\r\n\r\n")
                self.assertIn(reply.status, (200, 400))
                self.assertNotIn(b"evil.example", reply.body)

    def test_the_functions_are_still_there(self) -> None:
        self.assertEqual(self.answer(country="KR").status, 200)
