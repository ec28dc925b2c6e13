"""Pages of other origins: which may ask, and which may read the answer."""

from django.http import HttpResponse
from django.test import SimpleTestCase
from django.urls import include, path

from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.services.allocation import AllocationService
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import compile_document, read_fixture
from allocation.tests.test_api import FixedCatalog, Users

LOCKSCREEN = "/api/v1/allocation/lockscreen"
LISTED = "https://web.example"
OTHER = "http://localhost:3000"
EXPOSED = "x-lockfill-degraded, x-lockfill-gates, x-lockfill-ignored, x-lockfill-served-by"


class Cors(SimpleTestCase):
    def setUp(self) -> None:
        document = read_fixture("golden/catalog.json")
        listing = [("u-1", ["https://WEB.example:443/"]), ("u-2", [OTHER]), ("u-3", [])]
        document["units"] = [
            {**document["units"][0], "id": unit_id, "origins": origins} for unit_id, origins in listing
        ]
        self.catalog = FixedCatalog(compile_document(document, 1))
        service = AllocationService(self.catalog, Users(), SigningKey("k1", "s" * 32))
        allocations = Allocations(service, "https://t.example", None)
        paths = include(allocation_paths(lambda: allocations))
        settings = self.settings(ROOT_URLCONF=(path("api/v1/", paths),))
        settings.enable()
        self.addCleanup(settings.disable)

    def preflight(self, origin: str, path: str = LOCKSCREEN) -> HttpResponse:
        headers = {"origin": origin, "access-control-request-method": "POST"}
        answer: HttpResponse = self.client.options(path, headers=headers)
        return answer

    def ask(self, query: str, origin: str) -> HttpResponse:
        answer: HttpResponse = self.client.get(f"{LOCKSCREEN}?{query}", headers={"origin": origin})
        return answer

    def reader(self, answer: HttpResponse) -> str | None:
        self.assertNotIn("access-control-allow-credentials", answer.headers)
        reader = answer.headers.get("access-control-allow-origin")
        exposed = answer.headers.get("access-control-expose-headers")
        self.assertEqual(exposed, None if reader is None else EXPOSED)
        return reader

    def test_a_preflight_allows_an_origin_that_any_published_unit_lists(self) -> None:
        for origin in (LISTED, OTHER):
            for path_ in (LOCKSCREEN, f"{LOCKSCREEN}/"):
                answer = self.preflight(origin, path_)
                self.assertEqual((answer.status_code, answer.content), (204, b""))
                headers = {name.lower(): value for name, value in answer.headers.items()}
                for name in ("access-control-allow-origin", "vary", "cache-control"):
                    self.assertIn(name, headers)
                self.assertEqual(headers["access-control-allow-origin"], origin)
                self.assertEqual(headers["access-control-allow-methods"], "GET, POST")
                self.assertEqual(headers["access-control-allow-headers"], "content-type")
                self.assertEqual(headers["access-control-max-age"], "600")
                self.assertEqual(headers["vary"], "origin, access-control-request-method")
                self.assertNotIn("content-type", headers)

    def test_a_preflight_of_an_origin_that_no_unit_lists_is_refused(self) -> None:
        for origin in ("https://evil.example", "null", "", "*", f"{LISTED},{OTHER}"):
            answer = self.preflight(origin)
            self.assertEqual(answer.status_code, 403, origin)
            self.assertIn(b"urn:lockfill:problem:origin-not-allowed", answer.content)
            self.assertIsNone(self.reader(answer))

    def test_options_without_an_origin_or_a_method_is_no_preflight(self) -> None:
        for headers in ({}, {"origin": LISTED}, {"access-control-request-method": "POST"}):
            answer = self.client.options(LOCKSCREEN, headers=headers)
            self.assertEqual((answer.status_code, answer.headers["allow"]), (405, "GET, POST"))

    def test_a_preflight_without_a_catalog_lets_the_browser_ask_once(self) -> None:
        self.catalog.catalog = None
        answer = self.preflight(LISTED)
        self.assertEqual(answer.status_code, 204)
        self.assertEqual(answer.headers["access-control-allow-origin"], LISTED)
        self.assertEqual(answer.headers["access-control-max-age"], "0")
        self.assertEqual(answer.headers["x-lockfill-degraded"], "catalog")
        answer = self.ask("unit_id=u-1&user_id=u1", LISTED)
        self.assertEqual((answer.status_code, self.reader(answer)), (503, None))

    def test_an_answer_lets_pages_of_its_own_unit_read_it(self) -> None:
        for unit, origin, may_read, varies in (
            ("u-1", LISTED, True, True),
            ("u-1", OTHER, False, True),
            ("u-1", "https://evil.example", False, True),
            ("u-2", OTHER, True, True),
            ("u-2", LISTED, False, True),
            ("u-3", LISTED, False, False),
        ):
            answer = self.ask(f"unit_id={unit}&user_id=u1&gender=unknown", origin)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(self.reader(answer), origin if may_read else None, (unit, origin))
            self.assertEqual(answer.headers.get("vary"), "origin" if varies else None, (unit, origin))

    def test_a_refusal_too_lets_pages_of_its_unit_read_it_once_the_unit_is_known(self) -> None:
        for query, status, may_read in (
            ("unit_id=u-1&user_id=u1&strict=1&gender=q", 400, True),
            ("unit_id=u-1", 400, True),
            ("unit_id=u-1&user_id=u1&explain=1", 401, True),
            ("unit_id=u-3&user_id=", 400, False),
            ("unit_id=u-9&user_id=u1", 404, False),
            ("unit_id=u-1&unit_id=u-1&user_id=u1", 400, False),
            ("user_id=u1", 400, False),
        ):
            answer = self.ask(query, LISTED)
            self.assertEqual(answer.status_code, status, query)
            self.assertEqual(self.reader(answer), LISTED if may_read else None, query)
            self.assertEqual(answer.headers.get("vary"), "origin" if may_read else None, query)

    def test_what_an_older_catalog_says_of_origins_is_marked(self) -> None:
        for is_stale in (False, True):
            self.catalog.is_stale = is_stale
            for answer, status in (
                (self.preflight(LISTED), 204),
                (self.preflight("https://later.example"), 403),
                (self.ask("unit_id=u-1", LISTED), 400),
                (self.ask("unit_id=u-9&user_id=u1", LISTED), 404),
            ):
                self.assertEqual(answer.status_code, status)
                mark = answer.headers.get("x-lockfill-degraded")
                self.assertEqual(mark, "catalog" if is_stale else None, status)

    def test_a_refusal_that_depends_on_no_unit_is_never_marked(self) -> None:
        self.catalog.catalog = None
        for query, mark in (("user_id=u1", None), ("unit_id=u-1", "catalog")):
            answer = self.ask(query, LISTED)
            self.assertEqual(answer.status_code, 400)
            self.assertEqual(answer.headers.get("x-lockfill-degraded"), mark, query)
