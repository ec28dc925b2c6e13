"""What a client is told when it asks for something that cannot be answered."""

import unittest

import stacks
from api import ADS, CONTENTS, LOCKSCREEN, allocate, parameters, url
from lockfill import web


class BadRequestTests(unittest.TestCase):
    def assert_problem(self, answer: web.Answer, status: int, kind: str) -> None:
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.headers["content-type"], "application/problem+json")
        self.assertEqual(answer.served_by, "lambda")
        self.assertEqual(answer.json["type"], f"urn:lockfill:problem:{kind}")
        self.assertEqual(answer.json["status"], status)

    def test_all_invalid_fields_are_named_at_once(self):
        for kind in (ADS, CONTENTS, LOCKSCREEN):
            with self.subTest(kind=kind):
                answer = allocate(
                    kind, unit_id=None, gender="Q", birth_year=1800, lat=37, count=[1, 2]
                )
                self.assert_problem(answer, 400, "invalid-parameters")
                named = sorted(error["field"] for error in answer.json["errors"])
                self.assertEqual(named, ["birth_year", "count", "gender", "lon", "unit_id"])

    def test_a_body_that_is_no_json_is_refused(self):
        headers = {"content-type": "application/json"}
        answer = web.request("POST", url(ADS, {}), headers, "{")
        self.assert_problem(answer, 400, "invalid-body")

    def test_an_unknown_unit_is_not_found(self):
        self.assert_problem(allocate(ADS, unit_id="no-such-unit"), 404, "unknown-unit")

    def test_debugging_needs_the_token(self):
        for name, value in (("now", "2027-06-02T08:00:00Z"), ("explain", "true")):
            for authorization in ("", "Bearer " + "0" * 64, "Basic YWRtaW46YWRtaW4="):
                with self.subTest(name=name, authorization=authorization):
                    headers = {"authorization": authorization} if authorization else {}
                    target = url(ADS, parameters(**{name: value}))
                    answer = web.request("GET", target, headers)
                    self.assert_problem(answer, 401, "unauthorized")

    def test_a_method_without_a_meaning_is_told_which_have_one(self):
        events = f"{stacks.shared().url}/api/v1/events/impression/token"
        for target, allowed in ((url(ADS, parameters()), "GET, POST"), (events, "GET")):
            for method in ("PUT", "DELETE", "PATCH"):
                with self.subTest(target=target.partition("?")[0], method=method):
                    answer = web.request(method, target)
                    self.assert_problem(answer, 405, "method-not-allowed")
                    self.assertEqual(answer.headers["allow"], allowed)

    def test_the_balancer_itself_refuses_more_than_a_megabyte(self):
        answer = web.request("POST", url(ADS, {}), body=b" " * (1024 * 1024 + 1))
        self.assertEqual(answer.status, 413)
        self.assertIsNone(answer.served_by)

    def test_no_header_of_a_client_gets_into_a_link(self):
        target = url(ADS, parameters())
        headers = {"x-forwarded-host": "evil.example", "host": "evil.example"}
        answer = web.request("GET", target, headers)
        self.assertEqual(answer.status, 200)
        self.assertNotIn(b"evil.example", answer.body)
