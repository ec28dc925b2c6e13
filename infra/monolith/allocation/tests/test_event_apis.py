"""The APIs of events, as far as the vectors of the ledger do not have it: forms of paths, methods, origins,
bodies that are too large.
"""

from dataclasses import replace
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import SimpleTestCase
from django.urls import include, path, re_path

from allocation.http.urls import event_paths
from allocation.services.events import EventService
from allocation.services.signing import SigningKey, SigningKeys
from allocation.tests.fixtures import compile_document, patched_document, read_fixture
from allocation.tests.test_api import FixedCatalog
from allocation.tests.test_ledger_vectors import Counts, Entries
from web.error_handlers import unknown_api

LEDGER = read_fixture("vectors/ledger.json")
FIRST = LEDGER["cases"][0]["requests"][0]
IMPRESSION = FIRST["path"]
TOKEN = IMPRESSION.rpartition("/")[2]
CLICK = f"/api/v1/events/click/{TOKEN}"
BATCH = "/api/v1/events"
ORIGIN = "https://web.example"
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "POST"}


class EventApis(SimpleTestCase):
    def setUp(self) -> None:
        document = patched_document(LEDGER["catalogs"]["served"])
        document["units"][0]["origins"] = [ORIGIN]
        self.catalog = FixedCatalog(compile_document(document))
        self.ledger, self.counts = Entries(), Counts()
        keys = SigningKeys([SigningKey(LEDGER["key_id"], LEDGER["secret"])])
        service = EventService(self.catalog, self.ledger, self.counts, keys)
        events = path("api/v1/", include(event_paths(lambda: service)))
        configured = self.settings(ROOT_URLCONF=(events, re_path(r"^api/", unknown_api)))
        configured.enable()
        self.addCleanup(configured.disable)
        clock = mock.patch("allocation.http.events.time.time", return_value=FIRST["now"])
        clock.start()
        self.addCleanup(clock.stop)

    def ask(self, method: str, target: str, body: str = "", **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, target, body, headers=named, REQUEST_METHOD=method)

    def test_an_impression_is_a_pixel_that_no_cache_keeps(self) -> None:
        answer = self.ask("GET", IMPRESSION)
        self.assertEqual((answer.content[:6], len(answer.content)), (b"GIF89a", 43))
        self.assertEqual(answer.headers["content-type"], "image/gif")
        self.assertEqual(answer.headers["cache-control"], "no-store")
        self.assertEqual(answer.headers["x-lockfill-served-by"], "django")
        self.assertNotIn("vary", answer.headers)

    def test_a_click_leads_to_the_landing_page_without_the_token(self) -> None:
        answer = self.ask("GET", CLICK)
        self.assertEqual((answer.status_code, answer.content), (302, b""))
        self.assertEqual(answer.headers["referrer-policy"], "no-referrer")
        self.assertEqual(answer.headers["content-type"], "text/plain")

    def test_a_beacon_has_an_empty_answer_whatever_its_body_is(self) -> None:
        for target in (IMPRESSION, CLICK):
            answer = self.ask("POST", target, "\x00 {", content_type="application/json", origin=ORIGIN)
            self.assertEqual((answer.status_code, answer.content), (204, b""))
            self.assertNotIn("content-type", answer.headers)
            self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_a_link_may_end_with_one_slash(self) -> None:
        for target in (IMPRESSION, CLICK):
            self.assertLess(self.ask("GET", f"{target}/").status_code, 400)
            self.assertEqual(self.ask("GET", f"{target}//").status_code, 400)

    def test_what_is_no_token_is_refused_as_one(self) -> None:
        for text in (
            "",
            "x",
            "a.b.c",
            "k1..",
            "%2e%2e/x",
            f"{TOKEN}x",
            f"x/{TOKEN}",
            f"{TOKEN}%0A",
            "%00",
            "한",
        ):
            answer = self.ask("GET", f"/api/v1/events/click/{text}")
            self.assertEqual(answer.status_code, 400, text)
            self.assertEqual(answer.json()["type"], "urn:lockfill:problem:invalid-token")
        encoded = self.client.get(IMPRESSION, RAW_URI=IMPRESSION.replace("dev1.", "dev1%2E"))
        self.assertEqual(encoded.status_code, 400, "the functions see paths as they are sent")
        self.assertEqual(self.client.get(IMPRESSION, RAW_URI=f"{IMPRESSION}?at=%31").status_code, 200)

    def test_other_paths_and_methods_are_none_of_events(self) -> None:
        for target in ("/api/v1/events/impression", "/api/v1/events//", "/api/v1/events/view/x"):
            self.assertEqual(self.ask("GET", target).status_code, 404, target)
        for method in ("HEAD", "PUT", "get", "OPTIONS"):
            answer = self.ask(method, IMPRESSION)
            self.assertEqual((answer.status_code, answer.headers["allow"]), (405, "GET, POST"), method)
        for method in ("GET", "HEAD", "PUT", "post"):
            answer = self.ask(method, BATCH)
            self.assertEqual((answer.status_code, answer.headers["allow"]), (405, "POST"), method)
        self.assertEqual((self.ledger.items, self.counts.events), ({}, []))

    def test_a_preflight_allows_an_origin_that_any_unit_lists(self) -> None:
        for target in (IMPRESSION, f"{CLICK}/"):
            answer = self.ask("OPTIONS", target, **PREFLIGHT)
            self.assertEqual(
                (answer.status_code, answer.headers["access-control-allow-origin"]), (204, ORIGIN)
            )
            other = self.ask("OPTIONS", target, **{**PREFLIGHT, "origin": "https://other.example"})
            self.assertEqual(other.status_code, 403)
        self.catalog.catalog = None
        answer = self.ask("OPTIONS", IMPRESSION, **PREFLIGHT)
        self.assertEqual((answer.status_code, answer.headers["access-control-max-age"]), (204, "0"))

    def test_a_preflight_of_a_batch_allows_no_origin(self) -> None:
        served = self.catalog.catalog
        for target in (BATCH, f"{BATCH}/"):
            for catalog in (served, None):
                self.catalog.catalog = catalog
                answer = self.ask("OPTIONS", target, **PREFLIGHT)
                self.assertEqual(answer.status_code, 403)
                self.assertEqual(answer.json()["type"], "urn:lockfill:problem:origin-not-allowed")
                self.assertNotIn("access-control-allow-origin", answer.headers)
                self.assertNotIn("x-lockfill-degraded", answer.headers)

    def test_a_batch_of_more_than_64_kib_is_a_413(self) -> None:
        body = f'{{"events":[{{"token":"{TOKEN}","kind":"impression"}}]'
        largest = body + " " * (64 * 1024 - len(body) - 1) + "}"
        self.assertEqual(self.ask("POST", BATCH, largest).status_code, 200)
        answer = self.ask("POST", BATCH, f"{largest} ")
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(answer.json()["detail"], "The body of a batch must be at most 64 KiB.")

    def test_hostile_batches_are_refused(self) -> None:
        deep = '{"events":[{"token":"x","kind":"click","x":' + "[" * 20_000
        for body in (
            deep,
            '{"events":[' + "[" * 30_000,
            '{"events":[{"token":"\\ud800"',
            "{" * 60_000,
            "\x00",
        ):
            answer = self.ask("POST", BATCH, body)
            self.assertEqual(answer.status_code, 400, body[:40])
        answer = self.ask("POST", BATCH, '{"events":[' + ",".join(["0"] * 100) + "]}")
        self.assertEqual(
            [each["field"] for each in answer.json()["errors"]], [f"events[{n}]" for n in range(20)]
        )
        self.assertLess(len(answer.content), 2_000)
        closed = deep + "]" * 20_000 + "}]}"
        answer = self.ask("POST", BATCH, closed)
        self.assertEqual(answer.json()["results"], [{"recorded": "refused", "problem": "invalid-token"}])
        half = '{"events":[{"token":"x","kind":"click","x":"\\ud800"},{"token":"\\udc00","kind":"click"}]}'
        answer = self.ask("POST", BATCH, half)
        self.assertEqual([each["field"] for each in answer.json()["errors"]], ["events[1].token"])

    def test_a_time_that_cannot_be_read_refuses_no_event_of_a_batch(self) -> None:
        issued_at = FIRST["now"] - 60
        for number, at in enumerate(
            ("-1", "100000000000", "1e9", "1.5", "true", '"1795338000"', '"\\ud800"', "[]", "{}")
        ):
            # Another kind of the same slot, so that each pair is new to the ledger or a repetition.
            event = f'{{"token":"{TOKEN}","kind":"impression","at":{at}}}'
            plain = f'{{"token":"{TOKEN}","kind":"click","at":{issued_at + 30}}}'
            forged = f'{{"token":"x","kind":"click","at":{at}}}'
            answer = self.ask("POST", BATCH, f'{{"events":[{event},{plain},{forged}]}}')
            word = "repeated" if number else "yes"
            self.assertEqual(
                answer.json()["results"],
                [
                    {"recorded": word, "ignored": "at"},
                    {"recorded": word},
                    {"recorded": "refused", "problem": "invalid-token"},
                ],
                at,
            )
        happened = sorted(int(item["happened_at"]["N"]) for item in self.ledger.items.values())
        self.assertEqual(happened, [issued_at + 30, FIRST["now"]], "what cannot be read is now")
        for at in ("null", str(issued_at), "-0"):
            event = f'{{"token":"{TOKEN}","kind":"impression","at":{at}}}'
            [result] = self.ask("POST", BATCH, f'{{"events":[{event}]}}').json()["results"]
            self.assertEqual("ignored" in result, at == "-0", at)

    def test_a_time_is_named_as_ignored_also_without_a_catalog(self) -> None:
        self.catalog.catalog = None
        for at in ("x", "0"):
            answer = self.ask("GET", f"{IMPRESSION}?at={at}")
            self.assertEqual((answer.status_code, answer.headers["x-lockfill-recorded"]), (503, "no"))
            self.assertEqual(answer.headers["x-lockfill-ignored"], "at")

    def test_an_event_that_a_batch_names_a_hundred_times_is_written_once(self) -> None:
        body = '{"events":[' + ",".join([f'{{"token":"{TOKEN}","kind":"impression"}}'] * 100) + "]}"
        answer = self.ask("POST", BATCH, body)
        recorded = [result["recorded"] for result in answer.json()["results"]]
        self.assertEqual(recorded, ["yes"] + ["repeated"] * 99)
        self.assertEqual(self.ledger.writes, 1)
        self.ledger.fails = True
        answer = self.ask("POST", BATCH, body)
        self.assertEqual((answer.status_code, self.ledger.writes), (503, 2))

    def test_a_batch_asks_once_for_a_catalog_that_does_not_come(self) -> None:
        self.catalog.catalog = None
        kinds = ["impression", "click"] * 50
        events = ",".join(f'{{"token":"{TOKEN}","kind":"{kind}"}}' for kind in kinds)
        with mock.patch.object(self.catalog, "get", wraps=self.catalog.get) as get:
            answer = self.ask("POST", BATCH, f'{{"events":[{events}]}}')
        self.assertEqual(answer.json()["type"], "urn:lockfill:problem:catalog-unavailable")
        self.assertEqual(get.call_count, 1)

    def test_events_that_do_not_count_share_a_line_of_the_log(self) -> None:
        events = [("x", "click")] * 60 + [("x", "impression")] * 38 + [(TOKEN, "impression")] * 2
        body = ",".join(f'{{"token":"{token}","kind":"{kind}"}}' for token, kind in events)
        with self.assertLogs("django.allocation.events", "INFO") as logs:
            self.ask("POST", BATCH, f'{{"events":[{body}]}}', user_agent="curl/8.4.0")
        self.assertEqual(
            [line.partition("metric=")[2] for line in logs.output],
            [
                "events kind=click class=forged recorded=refused events=60",
                "events kind=impression class=forged recorded=refused events=38",
                "events kind=impression class=bot recorded=invalid events=2",
            ],
        )

    def test_events_of_unknown_items_are_a_warning_of_their_own(self) -> None:
        described = "what no version has is recorded by its hashes"
        [case] = [it for it in LEDGER["cases"] if it["describes"] == described]
        with self.assertLogs("django.allocation.events", "WARNING") as logs:
            for request in case["requests"] * 2:
                self.ask("GET", request["path"])
        [line] = [line for line in logs.output if "unknown item" in line]
        self.assertIn("(and 0 times before)", line)
        self.ledger.fails = True
        with self.assertLogs("django.allocation.events", "WARNING") as logs:
            self.ask("GET", IMPRESSION)
        self.assertEqual(len([it for it in logs.output if "is not recorded" in it]), 1, "hides no other")

    def test_no_line_of_the_log_has_a_token_or_a_user(self) -> None:
        with self.assertLogs("django.allocation.events", "INFO") as logs:
            self.ask("GET", f"{IMPRESSION}x")
            self.ask("GET", IMPRESSION, user_agent="curl/8.4.0")
            self.ledger.fails = True
            self.ask("GET", IMPRESSION)
        counted = [line.partition("metric=")[2] for line in logs.output if "metric=" in line]
        self.assertEqual(
            counted,
            [
                "events kind=impression class=forged recorded=refused events=1",
                "events kind=impression class=bot recorded=invalid events=1",
                "events kind=impression class=valid recorded=no events=1",
            ],
        )
        for secret in (TOKEN, "u4IDDbwryroyqQvy4geoSg", "curl"):
            self.assertNotIn(secret, str(logs.output))


class NotConfigured(SimpleTestCase):
    def test_where_no_ledger_is_named_the_paths_say_so(self) -> None:
        environment = replace(settings.ENVIRONMENT, allocation=None)
        with self.settings(ENVIRONMENT=environment):
            answers = [self.client.get(IMPRESSION), self.client.post(BATCH)]
            answers += [self.client.options(path, headers=PREFLIGHT) for path in (IMPRESSION, BATCH)]
            allocation = self.client.options("/api/v1/allocation/ads", headers=PREFLIGHT)
        self.assertEqual(allocation.status_code, 503)
        self.assertIn("LOCKFILL_SIGNING_KEYS", allocation.json()["detail"])
        for answer in answers:
            self.assertEqual(answer.status_code, 503)
            self.assertIn("LOCKFILL_EVENTS_TABLE", answer.json()["detail"])
