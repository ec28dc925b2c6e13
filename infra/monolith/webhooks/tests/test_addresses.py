"""Where endpoints may be. What only the server reaches is refused, when it is typed and at each attempt."""

import socket
from unittest import mock

from django.test import SimpleTestCase

from webhooks.addresses import NotAllowed, UnknownHost, canonical, place_of, targets

PUBLIC = "93.184.215.14"
REFUSED = (
    "http://hooks.example.com/in",
    "ftp://hooks.example.com/in",
    "https://localhost/in",
    "https://127.0.0.1/in",
    "https://2130706433/in",
    "https://0x7f.1/in",
    "https://0/in",
    "https://10.1.2.3/in",
    "https://172.16.0.1/in",
    "https://192.168.1.1/in",
    "https://100.64.0.1/in",
    "https://169.254.169.254/latest/meta-data/",
    "https://[::1]/in",
    "https://[fd00::1]/in",
    "https://[fe80::1]/in",
    "https://[::ffff:127.0.0.1]/in",
    "https://[64:ff9b::7f00:1]/in",
    "https://[2002:7f00:1::]/in",
    "https://redis.internal/in",
    "https://db/in",
    "https://user:password@hooks.example.com/in",
    "https://hooks.example.com@127.0.0.1/in",
    "https://hooks.example.com\\@127.0.0.1/in",
    "https://hooks.example.com/in#part",
    "https://hooks.example.com:22/in",
    "https://hooks.example.com:80/in",
    "https://hooks.example.com:0/in",
    "https://hooks.example.com:65536/in",
    "https://hooks.example.com/in out",
    "https://hooks.example.com/in\r\nx-other: 1",
    "https://" + "a" * 3_000 + ".example.com/",
    "hooks.example.com/in",
    "https://",
    "",
)


def resolved(*addresses: str):
    """What the resolver says, for every name."""
    found = [
        (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443))
        for each in addresses
    ]
    return mock.patch("webhooks.addresses.socket.getaddrinfo", return_value=found)


class AddressTests(SimpleTestCase):
    def test_webhooks_go_to_https_on_a_public_host_alone(self):
        for text in REFUSED:
            with self.subTest(text=text[:60]), self.assertRaises(NotAllowed):
                canonical(text, may_be_local=False)

    def test_webhooks_an_address_is_kept_in_the_spelling_of_the_standard(self):
        spellings = {
            "https://Hooks.Example.com": "https://hooks.example.com/",
            "https://hooks.example.com:443/in?a=b": "https://hooks.example.com/in?a=b",
            "https://hooks.example.com:8443/in": "https://hooks.example.com:8443/in",
            "https://훅.example.com/in": "https://xn--i18b.example.com/in",
            "https://93.184.215.14/in": "https://93.184.215.14/in",
        }
        for text, spelled in spellings.items():
            with self.subTest(text=text):
                self.assertEqual(canonical(text, may_be_local=False), spelled)

    def test_webhooks_a_name_must_lead_to_public_addresses_alone(self):
        place = place_of("https://hooks.example.com/in", may_be_local=False)
        for internal in (
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::1",
            "fe80::1%eth0",
            "::ffff:10.0.0.1",
        ):
            with self.subTest(internal=internal), resolved(PUBLIC, internal), self.assertRaises(NotAllowed):
                targets(place, may_be_local=False)
        with resolved(PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
            self.assertEqual(
                [address[0] for _family, address in targets(place, may_be_local=False)][0], PUBLIC
            )

    def test_webhooks_a_name_without_addresses_is_unknown(self):
        place = place_of("https://hooks.example.com/in", may_be_local=False)
        gone = socket.gaierror(socket.EAI_NONAME, "gone")
        with mock.patch("webhooks.addresses.socket.getaddrinfo", side_effect=gone):
            with self.assertRaises(UnknownHost):
                targets(place, may_be_local=False)

    def test_webhooks_a_development_server_may_have_its_receiver_beside_it(self):
        self.assertEqual(canonical("http://127.0.0.1:9000/in", may_be_local=True), "http://127.0.0.1:9000/in")
        for text in ("http://user@127.0.0.1:9000/", "http://127.0.0.1:22/", "http://", "ftp://127.0.0.1/"):
            with self.subTest(text=text), self.assertRaises(NotAllowed):
                canonical(text, may_be_local=True)
