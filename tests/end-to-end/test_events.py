"""What happens when a device reports back."""

from datetime import datetime, timezone
from typing import Any

from lockfill import web
from support import CAPPED, EndToEnd, demo_catalog, ids, slot


def zone_at_noon() -> str:
    """A zone in which no day and no week ends while a test runs, whenever that is."""
    offset = 12 - datetime.now(timezone.utc).hour
    # POSIX signs: Etc/GMT-9 is nine hours ahead of Greenwich.
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


class Impressions(EndToEnd):
    def setUp(self) -> None:
        super().setUp()
        self.zone = zone_at_noon()

    def ads(self) -> dict[str, Any]:
        return self.ask("ads", country="KR", count=50, timezone=self.zone)

    def show(self, shown: dict[str, Any]) -> None:
        """What a device does when it has shown a slot."""
        pixel = web.get(shown["tracking"]["impression_url"])
        self.assertEqual((pixel.status, pixel.served_by), (200, "lambda"))
        self.assertEqual(pixel.headers["content-type"], "image/gif")
        self.assertIsNone(pixel.headers["x-lockfill-degraded"], "it was not counted")
        self.assertTrue(pixel.body.startswith(b"GIF89a"))

    def test_a_line_item_whose_cap_is_used_up_is_gone_for_its_user_alone(self) -> None:
        (cap,) = slot(self.ads(), CAPPED)["caps"]
        for _ in range(cap["limit"]):
            self.show(slot(self.ads(), CAPPED))
        self.assertNotIn(CAPPED, ids(self.ads()))
        self.user += "-neighbor"
        self.assertIn(CAPPED, ids(self.ads()))

    def test_following_the_same_link_again_counts_once(self) -> None:
        shown = slot(self.ads(), CAPPED)
        for _ in range(shown["caps"][0]["limit"] + 1):
            self.show(shown)
        self.assertIn(CAPPED, ids(self.ads()))

    def test_a_content_that_was_seen_is_no_longer_the_first(self) -> None:
        first = self.ask("contents")["slots"][0]
        self.show(first)
        self.assertNotEqual(ids(self.ask("contents"))[0], first["id"])


class Clicks(EndToEnd):
    def setUp(self) -> None:
        super().setUp()
        catalog = demo_catalog()
        rows = catalog["creatives"] + catalog["contents"]
        self.landing_urls = {row["id"]: row["landing_url"] for row in rows}

    def test_a_click_leads_to_the_landing_page_in_the_catalog_whatever_is_added(self) -> None:
        for kind in ("ads", "contents"):
            tapped = self.ask(kind, country="KR")["slots"][0]
            expected = self.landing_urls[tapped.get("creative", tapped)["id"]]
            for added in ("", "?url=https://elsewhere.example/"):
                click = web.get(tapped["tracking"]["click_url"] + added)
                found = (click.status, click.headers["location"])
                self.assertEqual(found, (302, expected), kind)

    def test_links_point_where_the_configuration_says_whatever_host_was_asked(self) -> None:
        path = f"/api/v1/allocation/ads?unit_id=1001&user_id={self.user}"
        answer = self.get(path, host="evil.example", x_forwarded_host="evil.example")
        self.assertTrue(answer.json["slots"])
        self.assertNotIn(b"evil.example", answer.body)

    def test_a_changed_token_is_refused(self) -> None:
        for link in self.ask("ads", country="KR")["slots"][0]["tracking"].values():
            head, _, token = link.rpartition("/")
            key_id, payload, tag = token.split(".")
            other = "A" if payload[20] != "A" else "B"
            forged = f"{key_id}.{payload[:20]}{other}{payload[21:]}.{tag}"
            for text in (forged, f"{key_id}.{payload}.", "nonsense"):
                answer = web.get(f"{head}/{text}")
                self.assertEqual(answer.status, 400, text)
                self.assertEqual(answer.headers["content-type"], "application/problem+json")
                self.assertEqual(answer.json["type"], "urn:lockfill:problem:invalid-token")
