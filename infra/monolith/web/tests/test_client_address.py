from django.test import RequestFactory, SimpleTestCase

from web.client_address import client_network


class ClientAddressTests(SimpleTestCase):
    def test_the_last_entry_counts_because_the_balancer_wrote_it(self):
        for forwarded, network in (
            ("203.0.113.7", "203.0.113.7"),
            ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
            ("198.51.100.1,203.0.113.7 ", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("203.0.113.7, nonsense", "unknown"),
        ):
            with self.subTest(forwarded=forwarded):
                request = RequestFactory().get("/", headers={"x-forwarded-for": forwarded})
                self.assertEqual(client_network(request), network)

    def test_without_a_balancer_the_address_of_the_connection_counts(self):
        self.assertEqual(client_network(RequestFactory().get("/")), "127.0.0.1")
