"""What tracking links lead to and count for, also after a withdrawal."""

from copy import deepcopy
from typing import Any
from unittest import TestCase

from allocation.catalog.catalog import Catalog
from allocation.catalog.error import CatalogError
from allocation.catalog.links import Links
from allocation.models.draw import id_hash
from allocation.models.event import Owners, ShownItem
from allocation.models.time.epoch_seconds import parse_instant
from allocation.tests.fixtures import compile_document, read_fixture

WITHDRAWN_AT = "2026-11-22T10:00:00Z"
NOW = parse_instant(WITHDRAWN_AT)
EIGHT_DAYS = 8 * 24 * 3_600
CREATIVE = {
    "id": "cr-1",
    "kind": "creative",
    "landing_url": "https://shop.example/withdrawn",
    "line_item_id": "li-1",
    "campaign_id": "c-1",
    "advertiser_id": "a-1",
    "withdrawn_at": WITHDRAWN_AT,
}
LINE_ITEM = ShownItem("li-1", Owners("c-1", "a-1"))


def catalog_with(*tombstones: dict[str, Any], without: str = "cr-1") -> Catalog:
    document = deepcopy(read_fixture("catalogs/small.json"))
    document["creatives"] = [row for row in document["creatives"] if row["id"] != without]
    document["tombstones"] = list(tombstones)
    return compile_document(document)


def links_of(*tombstones: dict[str, Any], without: str = "cr-1") -> Links:
    return Links(catalog_with(*tombstones, without=without))


class LinksTests(TestCase):
    def test_what_is_served_leads_to_its_page_and_counts_for_its_owners(self) -> None:
        links = links_of(without="none")
        self.assertEqual(links.landing_url(id_hash("cr-1"), NOW), "https://shop.example/cr-1")
        self.assertEqual(links.landing_url(id_hash("ct-1"), NOW), "https://news.example/ct-1")
        self.assertEqual(links.shown_item(id_hash("li-1"), id_hash("cr-1")), LINE_ITEM)
        self.assertEqual(links.shown_item(id_hash("ct-1"), id_hash("ct-1")), ShownItem("ct-1"))
        self.assertEqual(links.creative_id(id_hash("cr-1")), "cr-1")
        self.assertEqual(links.unit_id(id_hash("u-1")), "u-1")

    def test_what_no_version_has_leads_nowhere_and_counts_for_nothing(self) -> None:
        links, unknown = links_of(), id_hash("none")
        self.assertIsNone(links.landing_url(unknown, NOW))
        self.assertIsNone(links.shown_item(unknown, unknown))
        self.assertIsNone(links.creative_id(unknown) or links.unit_id(unknown) or links.tombstone(unknown))

    def test_what_was_withdrawn_leads_on_for_as_long_as_a_token_lives(self) -> None:
        links, creative = links_of(CREATIVE), id_hash("cr-1")
        for now, wanted in (
            (NOW, CREATIVE["landing_url"]),
            (NOW + EIGHT_DAYS - 1, CREATIVE["landing_url"]),
            (NOW + EIGHT_DAYS, None),
        ):
            self.assertEqual(links.landing_url(creative, now), wanted)
        self.assertEqual(links.creative_id(creative), "cr-1")
        tombstone = links.tombstone(creative)
        assert tombstone is not None
        self.assertEqual((tombstone.shown(), tombstone.withdrawn_at), (LINE_ITEM, NOW))

    def test_a_withdrawn_creative_counts_for_its_owners_while_its_line_item_is_gone_too(self) -> None:
        document = deepcopy(read_fixture("catalogs/small.json"))
        gone = [row["id"] for row in document["creatives"] if row["line_item_id"] == "li-1"]
        document["line_items"] = [row for row in document["line_items"] if row["id"] != "li-1"]
        document["creatives"] = [row for row in document["creatives"] if row["id"] not in gone]
        document["rates"] = [row for row in document["rates"] if row["line_item_id"] != "li-1"]
        document["tombstones"] = [CREATIVE]
        links = Links(compile_document(document))
        self.assertEqual(links.shown_item(id_hash("li-1"), id_hash("cr-1")), LINE_ITEM)
        self.assertIsNone(links.shown_item(id_hash("li-2x"), id_hash("cr-1")), "another line item")
        document["tombstones"] = [{**CREATIVE, "campaign_id": None}]
        self.assertIsNone(Links(compile_document(document)).shown_item(id_hash("li-1"), id_hash("cr-1")))

    def test_what_was_blocked_leads_nowhere(self) -> None:
        links = links_of({**CREATIVE, "blocked": True})
        self.assertIsNone(links.landing_url(id_hash("cr-1"), NOW))

    def test_a_tombstone_of_what_is_served_refuses_the_version(self) -> None:
        with self.assertRaisesRegex(CatalogError, "tombstone 'cr-1': it is withdrawn, and a creative"):
            links_of(CREATIVE, without="none")
        with self.assertRaisesRegex(CatalogError, "the id is taken"):
            links_of(CREATIVE, CREATIVE)

    def test_a_tombstone_with_a_wrong_address_is_withheld_alone(self) -> None:
        catalog = catalog_with({**CREATIVE, "landing_url": "http://shop.example/"})
        (problem,) = catalog.withheld
        self.assertTrue(problem.startswith("tombstone 'cr-1': landing_url must be"), problem)
        self.assertEqual(catalog.tombstones, ())
