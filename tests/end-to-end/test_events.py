"""What happens when a device reports back."""

import json
import unittest

from api import ADS, CONTENTS, Slot, allocate, ids, new_user, slot_of, slots, zone_at_noon
from lockfill import web
from lockfill.stack import DEMO_CATALOG

# It is for everybody and comes before almost everything.
CAPPED = "li-1001"


class ImpressionTests(unittest.TestCase):
    def setUp(self):
        self.person = {"user_id": new_user(), "timezone": zone_at_noon()}

    def ask(self) -> web.Answer:
        return allocate(ADS, count=50, **self.person)

    def show(self, slot: Slot) -> None:
        """What a device does when it has shown a slot."""
        pixel = web.get(slot["tracking"]["impression_url"])
        self.assertEqual((pixel.status, pixel.headers["content-type"]), (200, "image/gif"))
        self.assertEqual(pixel.served_by, "lambda")
        self.assertIsNone(pixel.headers["x-lockfill-degraded"], "it was not counted")
        self.assertTrue(pixel.body.startswith(b"GIF89a"))

    def test_a_line_item_whose_cap_is_used_up_is_gone(self):
        (cap,) = slot_of(CAPPED, self.ask())["caps"]
        for _ in range(cap["limit"]):
            self.show(slot_of(CAPPED, self.ask()))

        self.assertNotIn(CAPPED, ids(self.ask()))
        self.assertIn(CAPPED, ids(allocate(ADS, count=50)), "nobody else's cap is used up")

    def test_following_the_same_link_twice_counts_once(self):
        slot = slot_of(CAPPED, self.ask())
        for _ in range(slot["caps"][0]["limit"] + 1):
            self.show(slot)

        self.assertIn(CAPPED, ids(self.ask()))

    def test_a_content_that_was_seen_comes_after_those_that_were_not(self):
        first = slots(allocate(CONTENTS, **self.person))[0]
        self.show(first)

        self.assertNotEqual(ids(allocate(CONTENTS, **self.person))[0], first["id"])


class ClickTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        catalog = json.loads(DEMO_CATALOG.read_text())
        cls.landing_urls = {
            row["id"]: row["landing_url"] for row in catalog["creatives"] + catalog["contents"]
        }

    def test_a_click_leads_to_the_landing_page_in_the_catalog(self):
        for kind in (ADS, CONTENTS):
            slot = slots(allocate(kind))[0]
            landing_id = slot["creative"]["id"] if kind == ADS else slot["id"]
            with self.subTest(kind=kind):
                click = web.get(slot["tracking"]["click_url"])
                self.assertEqual(click.status, 302)
                self.assertEqual(click.headers["location"], self.landing_urls[landing_id])

    def test_no_parameter_leads_a_click_elsewhere(self):
        slot = slots(allocate(ADS))[0]
        click = web.get(slot["tracking"]["click_url"] + "?url=https://elsewhere.example/")
        expected = self.landing_urls[slot["creative"]["id"]]
        self.assertEqual(click.headers["location"], expected)


class ForgedLinkTests(unittest.TestCase):
    def test_a_changed_token_is_refused(self):
        tracking = slots(allocate(ADS))[0]["tracking"]
        for link in tracking.values():
            head, _, token = link.rpartition("/")
            key_id, payload, tag = token.split(".")
            other = "A" if payload[20] != "A" else "B"
            forged = f"{key_id}.{payload[:20]}{other}{payload[21:]}.{tag}"
            for text in (forged, "nonsense", f"{key_id}.{payload}."):
                with self.subTest(link=head, token=text):
                    answer = web.get(f"{head}/{text}")
                    self.assertEqual(answer.status, 400)
                    self.assertEqual(answer.headers["content-type"], "application/problem+json")
                    self.assertEqual(answer.json["type"], "urn:lockfill:problem:invalid-token")
