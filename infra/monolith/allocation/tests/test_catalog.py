"""Catalogs: versions that are refused, and items that the index leaves out."""

from copy import deepcopy
from typing import Any
from unittest import TestCase

from allocation.catalog.catalog import Catalog
from allocation.catalog.error import CatalogError
from allocation.catalog.rows import read_rows
from allocation.decision.place_index import PlaceIndex
from allocation.tests.fixtures import compile_document, read_fixture


def _ids(catalog: Catalog) -> set[str]:
    """The ids of the creatives and contents that are served."""
    creatives = {creative.id for item in catalog.line_items for creative in item.creatives}
    return creatives | {content.id for content in catalog.contents}


class Refusals(TestCase):
    def document(self) -> dict[str, Any]:
        return deepcopy(read_fixture("catalogs/small.json"))

    def refuse(self, kind: str, changes: dict[str, Any], problem: str) -> None:
        document = self.document()
        document[kind][0].update(changes)
        with self.subTest(problem), self.assertRaisesRegex(ValueError, problem):
            compile_document(document)

    def test_the_small_catalog_can_be_served(self) -> None:
        catalog = compile_document(self.document())
        self.assertEqual(catalog.version, 1)
        tiers = [item.tier for item in catalog.line_items]
        self.assertEqual(tiers, sorted(tiers))

    def test_one_row_that_cannot_be_served_refuses_the_whole_version(self) -> None:
        cases: list[tuple[str, dict[str, Any], str]] = [
            ("units", {"timezone": "Mars/Olympus"}, "not an IANA time zone"),
            ("units", {"horizon_seconds": 86_401}, "60 to 86400"),
            ("units", {"refresh_seconds": 59}, "60 to horizon_seconds"),
            ("units", {"default_count": 51}, "1 to 50"),
            ("units", {"language": "ko-KR"}, "BCP 47"),
            ("units", {"blocked_categories": None}, "must be an array"),
            ("campaigns", {"advertiser_id": "a-none"}, "no advertiser 'a-none'"),
            ("campaigns", {"ends_at": "2020-01-01T00:00:00Z"}, "it ends before it starts"),
            ("campaigns", {"caps": [{"window": "day", "limit": 1, "per": "app"}]}, "per"),
            ("line_items", {"targeting": {"shoe_sizes": {"allow": ["42"]}}}, "shoe_sizes"),
            (
                "line_items",
                {"targeting": {"countries": {"allow": ["kr"]}}},
                "upper-case ISO 3166-1",
            ),
            ("line_items", {"targeting": {"os_versions": {"min": "14-beta"}}}, "1 to 4 numbers"),
            ("line_items", {"dayparts": [{"from_hour": 24, "to_hour": 1}]}, "from_hour"),
            ("line_items", {"price_micros": -1}, "must not be negative"),
            ("line_items", {"price_micros": 1.0}, "must be an integer"),
            ("line_items", {"price_micros": True}, "must be an integer"),
            ("line_items", {"currency": "XXX"}, "no exchange rate 'XXX'"),
            ("line_items", {"tier": "gold"}, "must be one of sponsorship"),
            ("creatives", {"line_item_id": "li-none"}, "no line item 'li-none'"),
            ("creatives", {"id": "a b"}, "an id: 1 to 64"),
            ("contents", {"channel_id": "ch-none"}, "no channel 'ch-none'"),
            ("contents", {"quality_ppm": 1_000_001}, "quality_ppm"),
            ("contents", {"id": "li-1"}, "a line item has this id"),
            ("contents", {"expires_at": "2020-01-01T00:00:00Z"}, "expires before"),
            ("exchange_rates", {"rate_ppm": 0}, "must be positive"),
        ]
        for kind, changes, problem in cases:
            self.refuse(kind, changes, problem)

    def test_a_wrong_address_withholds_its_creative_or_content_and_nothing_else(self) -> None:
        whole = compile_document(self.document())
        for kind, name in (("creatives", "creative"), ("contents", "content")):
            for field, address in (
                ("landing_url", "http://shop.example"),
                ("landing_url", "https://"),
                ("landing_url", "https://user:pw@good@evil/"),
                ("landing_url", "https://evil\\@good/"),
                ("landing_url", "https://127.0.0.1/"),
                ("image_url", "https://cdn.example/한"),
                ("image_url", "https://10.0.0.1/i.jpg"),
            ):
                document = self.document()
                row = document[kind][0]
                row[field] = address
                with self.subTest(kind, address=address):
                    catalog = compile_document(document)
                    (problem,) = catalog.withheld
                    self.assertTrue(problem.startswith(f"{name} {row['id']!r}: {field} must be"))
                    self.assertNotIn(address, problem)
                    served = {*_ids(catalog), row["id"]}
                    self.assertEqual(served, _ids(whole))
                    self.assertNotIn(row["id"], _ids(catalog))

    def test_the_id_of_what_is_withheld_is_taken_all_the_same(self) -> None:
        document = self.document()
        document["creatives"].append({**document["creatives"][0], "image_url": "https://10.0.0.1/"})
        with self.assertRaisesRegex(CatalogError, "the id is taken"):
            compile_document(document)

    def test_an_address_is_served_in_the_spelling_of_the_standard(self) -> None:
        document = self.document()
        document["contents"][0]["image_url"] = "https://CDN.example:443/a/../c.jpg"
        document["creatives"][0]["image_url"] = "https://cdn.example?a"
        catalog = compile_document(document)
        images = {content.image_url for content in catalog.contents}
        images |= {creative.image_url for item in catalog.line_items for creative in item.creatives}
        self.assertIn("https://cdn.example/c.jpg", images)
        self.assertIn("https://cdn.example/?a", images)

    def test_a_row_with_a_text_outside_its_vocabulary_is_refused_with_kind_id_and_problem(
        self,
    ) -> None:
        refused = read_fixture("vectors/refused_rows.json")["rows"]
        self.assertGreater(len(refused), 20)
        for case in refused:
            document = self.document()
            row = document[case["field"]][0]
            row.update(case["changes"])
            with self.subTest(case["changes"]), self.assertRaises(ValueError) as raised:
                compile_document(document)
            text = str(raised.exception)
            self.assertTrue(text.startswith(f"{case['kind']} {row['id']!r}: "), text)
            self.assertTrue(text.endswith(f"{case['code']!r} {case['problem']}"), text)

    def test_a_row_with_terms_that_cannot_hold_is_refused(self) -> None:
        for case in read_fixture("vectors/refused_values.json")["refused"]:
            document = self.document()
            row = document[case["field"]][0]
            row.update(case["changes"])
            with self.subTest(case["changes"]), self.assertRaises(CatalogError) as raised:
                compile_document(document)
            text = str(raised.exception)
            self.assertTrue(text.startswith(f"{case['kind']} {row['id']!r}: "), text)
            self.assertIn(case["problem"], text)

    def test_terms_of_another_form_are_not_read(self) -> None:
        for case in read_fixture("vectors/refused_values.json")["unread"]:
            document = self.document()
            document[case["field"]][0].update(case["changes"])
            with self.subTest(case["changes"]), self.assertRaises(ValueError) as raised:
                compile_document(document)
            self.assertNotIsInstance(raised.exception, CatalogError)

    def test_terms_at_their_limits_are_served(self) -> None:
        for case in read_fixture("vectors/refused_values.json")["served"]:
            document = self.document()
            document[case["field"]][0].update(case["changes"])
            with self.subTest(case["changes"]):
                compile_document(document)

    def test_two_rows_of_one_id_are_refused(self) -> None:
        document = self.document()
        document["creatives"].append(document["creatives"][0])
        with self.assertRaisesRegex(CatalogError, "the id is taken"):
            compile_document(document)

    def test_a_row_that_is_no_json_or_no_text_is_refused_without_being_quoted(self) -> None:
        for row in [
            "",
            "{",
            "[]",
            '{"id": NaN}',
            '{"id": "a", "id": "b"}',
            '{"id": "\\ud800secret"}',
        ]:
            with self.subTest(row), self.assertRaises(ValueError) as raised:
                read_rows([("channel", row)])
            self.assertNotIn("secret", str(raised.exception))

    def test_a_row_of_an_unknown_kind_is_left_out(self) -> None:
        self.assertEqual(read_rows([("experiment", "{}")])["unit"], [])


class Places(TestCase):
    def test_a_country_that_no_condition_names_counts_as_none(self) -> None:
        document = deepcopy(read_fixture("catalogs/small.json"))
        document["line_items"][0]["targeting"] = {"countries": {"deny": ["KR"]}}
        catalog = compile_document(document)
        index = PlaceIndex(catalog)
        unit = catalog.units["u-1"]
        nowhere = index.line_items(unit, None)
        self.assertIs(index.line_items(unit, "ZZ"), nowhere)
        denied = catalog.line_items_by_id[document["line_items"][0]["id"]]
        self.assertIn(denied, [item for rank in nowhere for item in rank])
        in_korea = index.line_items(unit, "KR")
        self.assertNotIn(denied, [item for rank in in_korea for item in rank])
