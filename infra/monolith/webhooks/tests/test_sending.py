"""One request over real sockets: what arrives, and receivers that do not behave."""

import socket
import ssl
import time
from unittest import mock

from django.test import SimpleTestCase

from webhooks.models import Sending
from webhooks.sending import Outcome, post
from webhooks.signing import new_secret, signed_headers
from webhooks.tests.certificates import contexts
from webhooks.tests.receiver import receiver
from webhooks.tests.test_addresses import resolved

BODY = '{"type":"flight.ended","data":{"name":"한강커피"}}'.encode()
Problem = Sending.Problem


def send(url: str, seconds_max: float = 10.0, *, may_be_local: bool = True) -> Outcome:
    return post(url, {"webhook-id": "msg_1"}, BODY, may_be_local=may_be_local, seconds_max=seconds_max)


class SendingTests(SimpleTestCase):
    def test_webhooks_a_message_arrives_signed_and_byte_by_byte_as_it_was_written(self):
        old, new = new_secret(), new_secret()
        headers = signed_headers("msg_1", int(time.time()), BODY, [new, old])
        with receiver() as it:
            outcome = post(it.url, headers, BODY, may_be_local=True)
            (received,) = it.received
        self.assertEqual((outcome.status, outcome.problem), (204, ""))
        self.assertEqual(received.body, BODY)
        self.assertEqual(received.headers["content-type"], "application/json")
        for secret in (old, new):
            self.assertEqual(received.verified(secret)["data"], {"name": "한강커피"})
        with self.assertRaisesMessage(Exception, "No matching signature found"):
            received.verified(new_secret())

    def test_webhooks_a_status_other_than_2xx_is_a_failure_and_no_redirect_is_followed(self):
        with receiver() as other, receiver() as it:

            def redirect(handler):
                handler.send_response(307)
                handler.send_header("location", other.url)
                handler.end_headers()

            it.answer = redirect
            self.assertEqual(send(it.url)[:2], (307, Problem.STATUS))
            self.assertEqual(other.received, [])
            for status in (400, 404, 410, 429, 500, 503):
                it.answer = status
                self.assertEqual(send(it.url)[:2], (status, Problem.STATUS))

    def test_webhooks_a_receiver_that_hangs_or_drips_has_one_deadline(self):
        with receiver() as it:

            def hang(handler):
                it.is_over.wait(30)

            def drip(handler):
                for byte in b"HTTP/1.1 200 OK\r\n" * 100:
                    handler.wfile.write(bytes((byte,)) if byte != 0x20 else b"-")
                    if it.is_over.wait(0.05):
                        return

            def early_hints(handler):
                while not it.is_over.wait(0.05):
                    handler.wfile.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")

            for behave in (hang, drip, early_hints):
                with self.subTest(behave=behave.__name__):
                    it.answer = behave
                    began = time.monotonic()
                    outcome = send(it.url, seconds_max=0.5)
                    # Long before the receiver would have ended.
                    self.assertLess(time.monotonic() - began, 15)
                    self.assertIn(outcome.problem, (Problem.TIMEOUT, Problem.ANSWER))
                    self.assertIsNone(outcome.status)

    def test_webhooks_the_body_of_an_answer_is_not_read_however_long_it_is(self):
        with receiver() as it:
            written = []

            def endless(handler):
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not it.is_over.is_set():
                    handler.wfile.write(b"x" * 65_536)
                    written.append(65_536)

            it.answer = endless
            self.assertEqual(send(it.url)[:2], (200, ""))
        # What the buffers of both sides hold.
        self.assertLess(sum(written), 64 * 1024 * 1024)

    def test_webhooks_what_is_no_http_is_no_answer(self):
        for answer in (b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 999 No\r\n\r\n", b"x" * 100_000):
            with self.subTest(answer=answer[:20]), receiver() as it:
                it.answer = lambda handler, answer=answer: handler.wfile.write(answer)
                self.assertIn(send(it.url).problem, (Problem.ANSWER, Problem.CONNECTION))

    def test_webhooks_an_answer_of_1xx_comes_before_the_answer(self):
        with receiver() as it:
            it.answer = lambda handler: handler.wfile.write(
                b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n"
            )
            self.assertEqual(send(it.url)[:2], (202, ""))

    def test_webhooks_a_port_that_nothing_listens_on_is_no_connection(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            port = held.getsockname()[1]
            self.assertEqual(send(f"http://127.0.0.1:{port}/").problem, Problem.CONNECTION)

    def test_webhooks_a_name_that_turns_to_this_machine_after_it_was_allowed_is_refused(self):
        with receiver() as it, resolved("127.0.0.1"):
            outcome = send("https://hooks.example.com/in", may_be_local=False)
            self.assertEqual((outcome.problem, it.received), (Problem.ADDRESS, []))

    def test_webhooks_a_stored_address_is_checked_at_each_attempt(self):
        with receiver() as it:
            self.assertEqual(send(it.url, may_be_local=False).problem, Problem.ADDRESS)
            self.assertEqual(it.received, [])


class TlsTests(SimpleTestCase):
    def send_over_tls(self, certificate_of: str, trusted: bool) -> Outcome:
        """To a receiver with a certificate of a name; the name resolves to this machine."""
        server, client = contexts(certificate_of)
        with receiver(server) as it:
            trust = client if trusted else ssl.create_default_context()
            with mock.patch("webhooks.sending._tls", lambda: trust):
                return self.send_to(int(it.url.split(":")[2].split("/")[0]))

    def send_to(self, port: int, seconds_max: float = 10.0) -> Outcome:
        """To a name that resolves to this machine."""
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        with mock.patch("webhooks.addresses.socket.getaddrinfo", return_value=found):
            return send(f"https://hooks.example.com:{port}/in", seconds_max)

    def test_webhooks_a_certificate_must_be_trusted_and_of_the_name(self):
        self.assertEqual(self.send_over_tls("hooks.example.com", trusted=True)[:2], (204, ""))
        self.assertEqual(self.send_over_tls("other.example.com", trusted=True).problem, Problem.TLS)
        self.assertEqual(self.send_over_tls("hooks.example.com", trusted=False).problem, Problem.TLS)

    def test_webhooks_a_server_that_takes_the_connection_and_says_nothing_is_given_up(self):
        # The system takes the connection; nothing ever reads what comes.
        with socket.create_server(("127.0.0.1", 0)) as silent:
            outcome = self.send_to(silent.getsockname()[1], seconds_max=0.5)
        self.assertEqual(outcome.problem, Problem.TIMEOUT)
