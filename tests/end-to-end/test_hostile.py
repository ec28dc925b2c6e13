"""What the balancer and the functions make of requests that nobody should send.

The same requests as in-process, from `tests/fixtures/malformed`, over sockets of our own: an HTTP library
would refuse to send most of them.
"""

import json
import time
from collections.abc import Iterable

import hostile
from hostile import UNIT, Reply, exchange

from support import LOCKSCREEN, EndToEnd


class Hostile(EndToEnd):
    def check(self, cases: Iterable[hostile.Case]) -> None:
        """A problem document of that status; or the balancer's own refusal of what is too long for it."""
        for case in cases:
            started = time.monotonic()
            reply = exchange(self.stack.port, case.message())
            with self.subTest(case.describes):
                self.assertLess(time.monotonic() - started, 5)
                if case.is_for_the_balancer:
                    self.assertEqual(reply.status, 414)
                    continue
                self.assertEqual(reply.status, case.status, reply.body[:500])
                self.assertEqual(reply.headers["content-type"], "application/problem+json")
                document = json.loads(reply.body)
                self.assertEqual([error["field"] for error in document.get("errors", [])], case.fields)

    def test_no_parameter_takes_what_it_must_not_be(self) -> None:
        self.check(hostile.values())

    def test_a_hostile_query_is_a_problem_that_names_what_is_wrong(self) -> None:
        self.check(hostile.queries())

    def test_a_hostile_body_is_a_problem_in_whatever_type_it_comes(self) -> None:
        self.check(hostile.bodies())

    def test_no_header_but_the_right_one_opens_debugging(self) -> None:
        self.check(hostile.authorizations())

    def test_hostile_paths_and_tokens_are_problems(self) -> None:
        slots = self.ask(country="KR")["slots"]
        self.check(hostile.paths(slots[0]["tracking"]["impression_url"].rsplit("/", 1)[1]))


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
