import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.test import SimpleTestCase

from kernel.published.page import Page
from kernel.tests.programs import REPOSITORY, require_program
from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL
from publishing import checks
from publishing.catalog_document import spool_document
from publishing.checks import check_catalog
from publishing.problems import PROBLEMS_MAX, UnservableCatalog
from publishing.spool import DuplicateRow
from publishing.tests.catalog import small_catalog

FIXTURES = REPOSITORY / "tests" / "fixtures"


def with_field(field: str, name: str, value: object) -> dict[str, Any]:
    """The small catalog with one field of the first row of a kind set; `...` takes it away."""
    document = small_catalog()
    row = document[field][0]
    if value is ...:
        del row[name]
    else:
        row[name] = value
    return document


# Catalogs that serving refuses, each with the problem that the check names.
REFUSED = [
    (with_field("line_items", "campaign_id", "c-9"), "campaign_id: there is no campaign 'c-9'"),
    (with_field("campaigns", "advertiser_id", "a-9"), "there is no advertiser 'a-9'"),
    (with_field("creatives", "line_item_id", "li-9"), "there is no line item 'li-9'"),
    (with_field("rates", "line_item_id", "li-9"), "there is no line item 'li-9'"),
    (with_field("contents", "channel_id", "ch-9"), "there is no channel 'ch-9'"),
    (with_field("line_items", "currency", "USD"), "there is no exchange rate 'USD'"),
    (with_field("line_items", "name", ...), "must contain ['name']"),
    (with_field("line_items", "price_micros", -1), "price_micros must be bigger than"),
    (with_field("line_items", "price_micros", 1.5), "1.5 must be a whole number"),
    (with_field("line_items", "tier", "gold"), "tier must be one of"),
    (with_field("line_items", "ends_at", "tomorrow"), "ends_at must be date-time"),
    (with_field("line_items", "targeting", {"moon": {}}), "targeting must not contain"),
    (
        with_field("line_items", "targeting", {"countries": {"deny": ["kr"]}}),
        "targeting.countries.deny[0] must match pattern",
    ),
    (
        with_field("line_items", "dayparts", [{"from_hour": 24, "to_hour": 1}]),
        "dayparts[0].from_hour must be smaller than",
    ),
    (with_field("campaigns", "ends_at", "2026-01-01T00:00:00Z"), "ends_at: must be after"),
    (
        with_field("contents", "expires_at", "2026-01-01T09:00:00+09:00"),
        "expires_at: must be after published_at",
    ),
    # Serving knows whole seconds.
    (with_field("campaigns", "ends_at", "2026-01-01T00:00:00.7Z"), "ends_at: must be after"),
    (with_field("contents", "id", "cr-1"), "id: a creative has it"),
    (with_field("contents", "id", "li-1"), "id: a line item has it"),
    (with_field("contents", "quality_ppm", 1_000_001), "quality_ppm must be smaller than"),
    (with_field("creatives", "landing_url", "javascript:x"), "landing_url must match pattern"),
    (with_field("creatives", "image_url", "http://cdn.example/"), "image_url must match pattern"),
    (with_field("creatives", "image_url", "https://cdn.example/한"), "image_url must match"),
    (with_field("creatives", "landing_url", "https://"), "landing_url must match pattern"),
    (with_field("creatives", "landing_url", "https://evil\\@good/"), "landing_url must match"),
    (
        with_field("contents", "landing_url", "https://user:pw@good@evil/"),
        "landing_url: must be https with a public host or an app store's",
    ),
    (with_field("contents", "landing_url", "https://127.0.0.1/"), "landing_url: must be https"),
    (with_field("creatives", "image_url", "https://intranet/i.jpg"), "image_url: must be https"),
    (with_field("creatives", "weight", -1), "weight must be bigger than"),
    (with_field("units", "timezone", "Mars/Olympus"), "'Mars/Olympus' is not an IANA time zone"),
    (with_field("units", "refresh_seconds", 3601), "must be at most horizon_seconds"),
    (with_field("units", "default_count", 51), "default_count must be smaller than"),
    (with_field("units", "id", "u 1"), "id must match pattern"),
    (with_field("units", "origins", ["web.example"]), "origins[0] must match pattern"),
    (
        with_field("units", "origins", ["https://web.example", "https://web.example/shop"]),
        "origins: 'https://web.example/shop' must be https://HOST[:PORT] with a public host",
    ),
    (with_field("units", "origins", ["http://web.example"]), "origins: 'http://web.example' must be"),
    (with_field("units", "origins", ["https://u@web.example"]), "must be https://HOST[:PORT]"),
    (with_field("units", "origins", ["https://10.0.0.1"]), "origins: 'https://10.0.0.1' must be"),
    (with_field("units", "origins", ["https://web.example"] * 21), "origins must contain less than"),
    (with_field("exchange_rates", "rate_ppm", 0), "rate_ppm must be bigger than"),
    (with_field("exchange_rates", "currency", "krw"), "currency must match pattern"),
    (with_field("rates", "ctr_ppm", 1_000_001), "ctr_ppm must be smaller than"),
    (with_field("units", "app_id", "a b"), "app_id must match pattern"),
    (with_field("units", "blocked_advertisers", ["a 1"]), "blocked_advertisers[0] must match"),
    *(
        (with_field("line_items", "targeting", targeting), expected)
        for targeting, expected in (
            ({"units": {"allow": ["a b!"]}}, "targeting.units.allow[0] must match pattern"),
            ({"apps": {"deny": [""]}}, "targeting.apps.deny[0] must match pattern"),
            ({"device_makers": {"deny": [""]}}, "targeting.device_makers.deny[0] must be longer than"),
            ({"device_makers": {"deny": ["a\tb"]}}, "targeting.device_makers.deny[0] must match pattern"),
            ({"segments": {"any": ["x" * 65]}}, "targeting.segments.any[0] must be shorter than"),
            ({"key_values": {"plan": {"deny": [""]}}}, "deny[0] must be longer than"),
            ({"key_values": {"": {"deny": ["gold"]}}}, "key_values must be named by propertyName"),
        )
    ),
]


def texts_of(value: Any) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(value, str):
        return [value]
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in values for text in texts_of(each)]


def problems_of(document: dict[str, Any]) -> list[str]:
    with spool_document(document) as spool:
        try:
            check_catalog(spool, lambda rows_done: None)
        except UnservableCatalog as error:
            return [str(problem) for problem in error.problems]
    return []


class CheckTests(SimpleTestCase):
    def test_what_can_be_served_is_not_refused(self):
        self.assertEqual(problems_of(small_catalog()), [])
        demo = REPOSITORY / "infra" / "demo" / "catalog.json"
        self.assertEqual(problems_of(json.loads(demo.read_text())), [])

    def test_a_time_is_read_as_serving_reads_it(self):
        for text in ("2030-01-01t00:00:00z", "2030-01-01T00:00:60Z"):
            with self.subTest(text):
                self.assertEqual(problems_of(with_field("campaigns", "ends_at", text)), [])
        (problem,) = problems_of(with_field("campaigns", "ends_at", "2030-02-30T00:00:00Z"))
        self.assertIn("ends_at must be date-time", problem)

    def test_what_serving_refuses_is_refused_with_row_and_field(self):
        for document, expected in REFUSED:
            with self.subTest(expected=expected):
                problems = problems_of(document)
                self.assertEqual(len([p for p in problems if expected in p]), 1, problems)

    def test_terms_that_cannot_hold_are_refused_and_others_are_not(self):
        vectors = json.loads((FIXTURES / "vectors" / "refused_values.json").read_text())
        for list_name in ("refused", "unread", "served"):
            for case in vectors[list_name]:
                document = json.loads((FIXTURES / "catalogs" / "small.json").read_text())
                # A publication makes tombstones; no document has them.
                del document["tombstones"]
                row = document[case["field"]][0]
                row.update(case["changes"])
                with self.subTest(list_name, changes=case["changes"]):
                    problems = problems_of(document)
                    self.assertEqual(len(problems), 0 if list_name == "served" else 1, problems)
                    self.assertTrue(all(row["id"] in problem for problem in problems), problems)
                    self.assertTrue(all(case.get("at", "") in problem for problem in problems), problems)

    def test_serving_itself_refuses_each_of_them(self):
        program = require_program("catalog-cli")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "catalog.json")
            for document, expected in REFUSED:
                with self.subTest(expected=expected):
                    file.write_text(json.dumps(document))
                    command = [str(program), "--table", "none", "publish", str(file)]
                    outcome = subprocess.run(command, env={}, capture_output=True, text=True)
                    self.assertEqual(outcome.returncode, 1)
                    # The reason is the file, not the missing DynamoDB.
                    self.assertIn(f"catalog-cli: {file}: ", outcome.stderr)

    def test_every_row_that_is_wrong_is_named_up_to_a_number(self):
        document = small_catalog()
        (channel,) = document["channels"]
        document["channels"] += [{**channel, "id": f"ch-{n}", "name": 7} for n in range(2, 99)]

        problems = problems_of(document)

        self.assertEqual(len(problems), PROBLEMS_MAX)
        self.assertEqual(problems[0], "channel 'ch-10': name must be string")

    def test_the_exception_is_one_line_however_many_problems_there_are(self):
        document = with_field("campaigns", "advertiser_id", "a-9")
        document["units"][0]["timezone"] = "nowhere"
        with spool_document(document) as spool, self.assertRaises(UnservableCatalog) as caught:
            check_catalog(spool, lambda rows_done: None)
        self.assertEqual(
            str(caught.exception),
            "unit 'u-1': timezone: 'nowhere' is not an IANA time zone (and 1 more)",
        )

    def test_every_address_is_judged_as_the_vocabulary_judges_it(self):
        vectors = json.loads((REPOSITORY / "tests/fixtures/vectors/urls.json").read_text())
        texts = {text for text in texts_of(vectors) if "://" in text}
        origins = ("https://cdn.example", "https://127.0.0.1", "https://intranet", "https://a.b.example")
        paths = (
            "",
            "/",
            "/a/./b",
            "/a/../b",
            "/.",
            "/..",
            "/a.jpg",
            "/a//b",
            "/%2e%2e/",
            "/~a_-",
            "/a?utm_source=lock&q=%ED%95+b/../c&",
            "/?",
            "?a=/b",
            "/../a?b=c",
            "/a?b=c?d",
            "/a?b='c'",
            "/a?b={click_id}",
            "/a?b=c#d",
            "/" + "x" * 3_000,
        )
        texts |= {f"{origin}{path}" for origin in origins for path in paths}
        self.assertGreater(len(texts), 60)
        for text in texts:
            with self.subTest(text):
                expected = []
                for field, vocabulary in (("image_url", IMAGE_URL), ("landing_url", LANDING_URL)):
                    try:
                        vocabulary.parse_canonical(text)
                    except NotInVocabulary as error:
                        expected.append(f"{field}: {error}")
                self.assertEqual(list(checks._address_problems(checks._Addresses(text, text))), expected)

    def test_wrong_addresses_of_a_page_are_named_with_their_rows(self):
        def creative(image_url: str, landing_url: str) -> bytes:
            row = {"id": "any", "image_url": image_url, "title": "제목", "landing_url": landing_url}
            return json.dumps(row).encode()

        right, wrong = "https://a.example/b?c=d", "http://a.example/"
        rows = {
            "cr-1": creative(right, right),
            "cr-2": creative(right, wrong),
            "cr-3": creative(wrong, wrong),
            # Right, and not so plain that no parser is asked.
            "cr-4": creative(right, "https://a.example/b#c"),
        }
        problems = checks.problems_of_addresses(Page("creative", list(rows), list(rows.values())))

        found = [(each.kind, each.key, each.field_name) for each in problems]
        expected = [("cr-2", "landing_url"), ("cr-3", "image_url"), ("cr-3", "landing_url")]
        self.assertEqual(found, [("creative", *each) for each in expected])
        self.assertEqual(list(checks.problems_of_addresses(Page("channel", ["ch-1"], [b"{}"]))), [])

    def test_two_rows_of_one_key_are_refused(self):
        document = small_catalog()
        document["rates"] *= 2
        with self.assertRaisesMessage(DuplicateRow, "rates 'li-1#u-1': there are two rows with this key"):
            spool_document(document)

    def test_a_catalog_that_fits_no_function_is_refused(self):
        self.addCleanup(setattr, checks, "CATALOG_BYTES_MAX", checks.CATALOG_BYTES_MAX)
        checks.CATALOG_BYTES_MAX = 500

        (problem,) = problems_of(small_catalog())

        self.assertRegex(problem, r"^catalog '': \d+ bytes of rows; 500 can be served$")

    def test_what_is_no_catalog_is_refused(self):
        for document, expected in (
            ([], "must be an object of lists of rows"),
            ({"unit": []}, "catalog 'unit': is no kind of rows"),
            ({"units": {}}, "catalog 'units': must be a list of rows"),
            ({"units": [7]}, "units '0': there is no id"),
        ):
            with self.subTest(expected=expected):
                with self.assertRaisesMessage(UnservableCatalog, expected):
                    spool_document(document)


class SizeTests(SimpleTestCase):
    def test_the_size_limit_is_that_of_the_functions(self):
        crates = (REPOSITORY / "functions" / "shared").glob("dao*")
        sources = [file.read_text() for crate in crates for file in crate.glob("src/**/*.rs")]
        limits = [re.findall(r"const ROWS_BYTES_MAX: \w+ = ([0-9_* ]+);", text) for text in sources]
        self.assertEqual([limit for found in limits for limit in found], ["64 * 1024 * 1024"])
        self.assertEqual(checks.CATALOG_BYTES_MAX, 64 * 1024 * 1024)
