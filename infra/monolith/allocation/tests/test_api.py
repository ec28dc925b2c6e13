"""The APIs without their stores: requests that are refused, and answers without a configuration."""

import json
from dataclasses import replace
from unittest import mock

from django.conf import settings
from django.test import SimpleTestCase
from django.urls import include, path

from allocation.catalog.catalog import Catalog
from allocation.dao.error import DaoError
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.models.time.epoch_seconds import parse_instant
from allocation.models.user_state import STORED, UserState
from allocation.services.allocation import AllocationService
from allocation.services.catalog_cache import CatalogCache, CatalogUnavailable, Served
from allocation.services.debug_token import DebugToken
from allocation.services.refresh import ServedCatalog
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import compile_document, read_fixture

LOCKSCREEN = "/api/v1/allocation/lockscreen"
DEBUG_TOKEN = "d" * 32
QUESTION = {"unit_id": "1001", "user_id": "u1"}


class FixedCatalog(CatalogCache):
    def __init__(self, catalog: Catalog | None, *, is_stale: bool = False) -> None:
        self.catalog, self.is_stale = catalog, is_stale

    def get(self, now: float) -> Served:
        if self.catalog is None:
            raise CatalogUnavailable
        return Served(ServedCatalog.of(self.catalog), self.is_stale)


class Users:
    def __init__(self, *, are_gone: bool = False) -> None:
        self.are_gone = are_gone
        self.reads: list[str] = []

    def warm(self) -> None:
        pass

    def load(self, user_key: str) -> UserState:
        self.reads.append(user_key)
        if self.are_gone:
            raise DaoError("gone")
        return UserState(STORED)


class AllocationApis(SimpleTestCase):
    def setUp(self) -> None:
        self.catalog = FixedCatalog(compile_document(read_fixture("golden/catalog.json"), 42))
        self.users = Users()
        self.answer_with(DEBUG_TOKEN)

    def answer_with(self, debug_token: str | None) -> None:
        service = AllocationService(self.catalog, self.users, SigningKey("k1", "s" * 32))
        allocations = Allocations(
            service, "https://t.example", None if debug_token is None else DebugToken(debug_token)
        )
        paths = include(allocation_paths(lambda: allocations))
        settings = self.settings(ROOT_URLCONF=(path("api/v1/", paths),))
        settings.enable()
        self.addCleanup(settings.disable)

    def test_golden_answers_come_out_byte_for_byte(self) -> None:
        for kind in ("ads", "contents", "lockscreen"):
            golden = read_fixture(f"golden/{kind}.json")
            with self.subTest(kind):
                answer = self.client.post(
                    f"/api/v1/allocation/{kind}",
                    {**golden["request"], "now": golden["now"]},
                    content_type="application/json",
                    headers={"authorization": f"Bearer {DEBUG_TOKEN}"},
                )
                document = answer.json()
                wanted = golden["response"]
                for slot in wanted["slots"]:
                    del slot["tracking"]
                wanted["request_id"] = document["request_id"]
                written = json.dumps(wanted, ensure_ascii=False, separators=(",", ":"))
                self.assertEqual(answer.content.decode(), written)

    def test_every_slot_has_links_that_name_the_configured_host(self) -> None:
        answer = self.client.get(LOCKSCREEN, QUESTION, headers={"host": "localhost"})
        self.assertEqual(answer.headers["x-lockfill-served-by"], "django")
        self.assertEqual(answer.headers["cache-control"], "no-store")
        for slot in answer.json()["slots"]:
            for url in slot["tracking"].values():
                self.assertTrue(url.startswith("https://t.example/api/v1/events/"), url)

    def test_an_answer_is_of_the_one_instant_that_the_clock_showed(self) -> None:
        now = parse_instant("2026-11-22T09:00:00Z")
        with mock.patch("allocation.http.apis.time.time_ns", return_value=now * 10**9) as clock:
            answer = self.client.get(LOCKSCREEN, QUESTION).json()
        clock.assert_called_once_with()
        self.assertEqual(int(answer["request_id"].replace("-", "")[:12], 16), now * 1_000)
        self.assertEqual(answer["slots"][0]["show_from"], "2026-11-22T09:00:00Z")

    def test_under_limit_ad_tracking_nothing_is_read_about_the_user(self) -> None:
        self.client.get(LOCKSCREEN, {**QUESTION, "limit_ad_tracking": "1"})
        self.assertEqual(self.users.reads, [])
        self.client.get(LOCKSCREEN, QUESTION)
        self.assertEqual(len(self.users.reads), 1)

    def test_what_a_phone_sends_that_cannot_be_changed_leaves_no_lock_screen_empty(self) -> None:
        for sent, ignored in [
            ({"language": "ko-KR"}, None),
            ({"language": "ko_KR"}, None),
            ({"os_version": "15.0.1-beta"}, None),
            ({"gender": "m"}, None),
            ({"gender": "unknown"}, "gender"),
            ({"timezone": "GMT+9"}, "timezone"),
            ({"interests": ",".join("x" * 65)}, "interests"),
            ({"os_version": "1.2.3.4.5", "language": ""}, "language,os_version"),
            ({"count": ["x", "2"]}, "count"),
        ]:
            answer = self.client.get(LOCKSCREEN, {**QUESTION, **sent})
            self.assertEqual(answer.status_code, 200, sent)
            self.assertEqual(answer.headers.get("x-lockfill-ignored"), ignored, sent)
            self.assertTrue(answer.json()["slots"], sent)

    def test_a_body_may_have_numbers_for_texts(self) -> None:
        body = '{"unit_id":1001,"user_id":7,"os_version":15}'
        answer = self.client.post(LOCKSCREEN, body, content_type="application/json")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("x-lockfill-ignored", answer.headers)

    def test_an_opt_out_that_cannot_be_read_is_not_lost(self) -> None:
        for value in ["maybe", "", ["1", "0"]]:
            answer = self.client.get(LOCKSCREEN, {**QUESTION, "limit_ad_tracking": value})
            self.assertEqual(answer.headers["x-lockfill-ignored"], "limit_ad_tracking")
        self.assertEqual(self.users.reads, [])

    def test_what_is_ignored_is_logged_by_name_without_its_value(self) -> None:
        with self.assertLogs("django.allocation.requests", "INFO") as logs:
            self.client.get(LOCKSCREEN, {**QUESTION, "gender": "secret", "count": "99"})
        [line] = logs.output
        self.assertIn("ignored=gender,count kind=lockscreen", line)
        self.assertNotIn("secret", line)

    def test_an_answer_says_what_it_lacks(self) -> None:
        for are_gone, is_stale, mark in [
            (False, False, None),
            (True, False, "redis"),
            (False, True, "catalog"),
            (True, True, "redis, catalog"),
        ]:
            self.users.are_gone, self.catalog.is_stale = are_gone, is_stale
            answer = self.client.get(LOCKSCREEN, QUESTION)
            self.assertEqual(answer.status_code, 200)
            self.assertEqual(answer.headers.get("x-lockfill-degraded"), mark)

    def test_without_a_catalog_an_answer_says_when_to_try_again(self) -> None:
        self.catalog.catalog = None
        answer = self.client.get(LOCKSCREEN, QUESTION)
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.headers["retry-after"], "1")
        self.assertEqual(answer.json()["type"], "urn:lockfill:problem:catalog-unavailable")

    def test_debugging_needs_the_token_and_is_off_without_one(self) -> None:
        right = f"Bearer {DEBUG_TOKEN}"
        for authorization in ["", "Bearer", f"Basic {DEBUG_TOKEN}", f"{right}x", "Bearer 한"]:
            headers = {"authorization": authorization}
            answer = self.client.get(LOCKSCREEN, {**QUESTION, "explain": "1"}, headers=headers)
            self.assertEqual(answer.status_code, 401, authorization)
            self.assertEqual(answer.headers["www-authenticate"], "Bearer")
        headers = {"authorization": right.replace("Bearer", "bEARER")}
        answer = self.client.get(LOCKSCREEN, {**QUESTION, "explain": "1"}, headers=headers)
        self.assertIn("explain", answer.json())
        self.answer_with(None)
        answer = self.client.get(LOCKSCREEN, {**QUESTION, "explain": "1"}, headers=headers)
        self.assertEqual(answer.status_code, 401)

    def test_explain_names_the_items_that_it_asks_about_and_counts_all(self) -> None:
        headers = {"authorization": f"Bearer {DEBUG_TOKEN}"}
        question = {**QUESTION, "count": "1"}
        everything = self.client.get(LOCKSCREEN, {**question, "explain": "1"}, headers=headers).json()
        ids = [one["id"] for one in everything["explain"]]
        self.assertEqual(sum(everything["explain_rules"].values()), len(ids))
        self.assertEqual(ids, sorted(ids))
        named = {**question, "explain": f"{ids[-1]},nothing-like-it,{ids[0]}"}
        answer = self.client.get(LOCKSCREEN, named, headers=headers).json()
        self.assertEqual([one["id"] for one in answer["explain"]], [ids[0], ids[-1]])
        self.assertEqual(answer["explain_rules"], everything["explain_rules"])
        answer = self.client.get(LOCKSCREEN, {**question, "explain": "0"}, headers=headers).json()
        self.assertFalse(answer.keys() & {"explain", "explain_rules"})

    def test_an_unknown_unit_is_a_404_and_another_method_a_405(self) -> None:
        answer = self.client.get(LOCKSCREEN, {**QUESTION, "unit_id": "none"})
        self.assertEqual(answer.status_code, 404)
        self.assertEqual(answer.json()["type"], "urn:lockfill:problem:unknown-unit")
        for method in ("PUT", "HEAD", "OPTIONS", "options", "get", "BREW"):
            answer = self.client.generic(method, LOCKSCREEN, REQUEST_METHOD=method)
            self.assertEqual(answer.status_code, 405, method)
            self.assertEqual(answer.headers["allow"], "GET, POST")

    def test_a_path_may_end_with_a_slash(self) -> None:
        asked = self.client.get(f"{LOCKSCREEN}/", QUESTION)
        posted = self.client.post(f"{LOCKSCREEN}/", QUESTION, content_type="application/json")
        self.assertEqual((asked.status_code, posted.status_code), (200, 200))
        self.assertEqual(self.client.get(f"{LOCKSCREEN}//", QUESTION).status_code, 404)

    def test_a_body_of_more_than_the_balancer_lets_through_is_a_413(self) -> None:
        body = json.dumps({**QUESTION, "padding": "x" * 1024 * 1024})
        answer = self.client.post(LOCKSCREEN, body, content_type="application/json")
        self.assertEqual(answer.status_code, 413)


class NotConfigured(SimpleTestCase):
    def test_where_allocation_is_not_configured_the_paths_say_so(self) -> None:
        environment = replace(settings.ENVIRONMENT, allocation=None)
        with self.settings(ENVIRONMENT=environment):
            answer = self.client.get(LOCKSCREEN, QUESTION)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("LOCKFILL_SIGNING_KEYS", answer.json()["detail"])
