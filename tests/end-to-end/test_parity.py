"""`scripts/parity` as a person meets it: alike, not alike, not there."""

import gzip
import json
import shlex
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

from parity_support import changing_proxy, parity

from lockfill import LOCAL, ROOT, local_secrets
from lockfill.parity.catalogs import catalog
from lockfill.parity.questions import Questions
from lockfill.parity.targeting import CONDITIONS
from lockfill.stack import free_port
from support import CAPPED, EndToEnd

LOG_LINE = (
    "h2 2026-11-23T01:02:03.186641Z app/lb/1 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 {status} "
    '200 34 366 "{request}" "It\'s an app/1.0" - - arn:aws:elasticloadbalancing:::targetgroup/t/1 '
    '"Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2026-11-23T01:02:03.364000Z "forward" "-" "-" '
    '"10.0.0.1:80" "200" "-" "-"'
)


class TwoServers(EndToEnd):
    def setUp(self) -> None:
        super().setUp()
        local_secrets.read("debug-token")
        self.token_file = local_secrets.path("debug-token")
        self.folder = Path(tempfile.mkdtemp(dir=self.stack.folder))
        self.addCleanup(shutil.rmtree, self.folder)

    def compare(self, right: str, *arguments: object) -> tuple[int, dict[str, Any]]:
        """The balancer against another server; how it ended, and what it found."""
        outcome = parity("--left", self.stack.url, "--right", right, "--json", *arguments)
        self.assertTrue(outcome.stdout, outcome.stderr)
        return outcome.returncode, json.loads(outcome.stdout)

    def random(self, right: str, *arguments: object) -> tuple[int, dict[str, Any]]:
        asked = ["--unit", 1001, 1002, "--requests", 80, "--debug-token-file", self.token_file]
        # On a machine that has too much to do a store is late now and then; other tests are about that.
        asked += ["--ignore", "header:x-lockfill-degraded"]
        return self.compare(right, *asked, *arguments)

    def test_a_server_is_like_itself(self) -> None:
        code, found = self.random(self.stack.url)
        self.assertEqual((code, found["groups"], found["requests"]), (0, [], 80))
        self.assertGreater(found["coverage"]["statuses"]["200"], 40)
        self.assertGreater(sum(found["coverage"]["slots"].values()), 40)

    def test_one_changed_field_is_named_and_comes_again_by_the_command_that_is_given(self) -> None:
        def change(document: dict[str, Any]) -> None:
            for slot in document["slots"]:
                slot["show_until"] = "2020-01-01T00:00:00Z"

        report = self.folder / "report.html"
        with changing_proxy(self.stack.url, change) as right:
            code, found = self.random(right, "--report", report)
            self.assertEqual(code, 1)
            self.assertEqual([group["field"] for group in found["groups"]], ["slots[].show_until"])
            self.assertEqual(found["groups"][0]["right"], '"2020-01-01T00:00:00Z"')
            again = shlex.split(found["groups"][0]["reproduce"])
            outcome = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(outcome.returncode, 1, outcome.stderr)
            self.assertIn("slots[].show_until", outcome.stdout)
            self.assertEqual(self.random(right, "--ignore", "slots[].show_until")[0], 0)
        self.assertIn("slots[].show_until", report.read_text())
        self.assertNotIn(self.token_file.read_text(), report.read_text() + json.dumps(found))

    def test_the_rule_that_differs_is_named_and_the_example_needs_nothing_else(self) -> None:
        def change(document: dict[str, Any]) -> None:
            kept = [slot for slot in document["slots"] if slot["id"] != CAPPED]
            if "explain" in document and len(kept) < len(document["slots"]):
                document["explain"].append({"id": CAPPED, "rule": "carrier", "wanted": "", "found": ""})
            document["slots"] = kept

        with changing_proxy(self.stack.url, change) as right:
            code, found = self.random(right)
        self.assertEqual(code, 1)
        cause = "rule shown on the left, carrier on the right"
        self.assertIn(cause, [group["cause"] for group in found["groups"]])
        smallest = next(group for group in found["groups"] if group["cause"] == cause)["curl"][0]
        self.assertNotIn("device_maker", smallest)

    def test_equal_fields_in_other_bytes_are_a_difference(self) -> None:
        def change(document: dict[str, Any]) -> None:
            document["valid_until"] = document.pop("valid_until")

        with changing_proxy(self.stack.url, change) as right:
            code, found = self.random(right)
        self.assertEqual(
            (code, [group["cause"] for group in found["groups"]]), (1, ["body: order of members"])
        )

    def test_requests_of_a_file_are_sent_and_lines_that_are_none_are_counted_by_reason(self) -> None:
        path = "/api/v1/allocation/ads"
        lines = [
            json.dumps({"path": path, "query": {"unit_id": "1001", "user_id": "u1", "country": "KR"}}),
            json.dumps({"method": "POST", "path": path, "body": {"unit_id": "1001", "user_id": "사용자"}}),
            json.dumps({"path": "/api/v1/events/impression/x"}),
            "{not json",
            "",
            LOG_LINE.format(
                status=200, request=f"GET https://a.example:443{path}?unit_id=1001&user_id=u2 HTTP/2.0"
            ),
            LOG_LINE.format(status=200, request=f"POST https://a.example:443{path} HTTP/2.0"),
            LOG_LINE.format(status=400, request="- http://a.example:80- -"),
        ]
        file = self.folder / "requests.gz"
        with gzip.open(file, "wt") as opened:
            opened.write("\n".join(lines))
        code, found = self.compare(self.stack.url, "--requests-file", file)
        self.assertEqual((code, found["requests"], found["coverage"]["statuses"]), (0, 3, {"200": 3}))
        self.assertEqual(sum(found["skipped_lines"].values()), 4)
        self.assertIn("POST, whose body is not in a log", found["skipped_lines"])


class NothingToCompare(unittest.TestCase):
    def test_a_server_that_is_down_is_one_line_and_a_status_of_its_own(self) -> None:
        url = f"http://127.0.0.1:{free_port()}"
        outcome = parity("--left", url, "--right", url, "--unit", "1001")
        self.assertEqual((outcome.returncode, outcome.stdout), (2, ""))
        self.assertEqual(len(outcome.stderr.splitlines()), 1, outcome.stderr)
        self.assertIn("the left side does not answer", outcome.stderr)

    def test_what_cannot_be_meant_is_refused_before_anything_is_started(self) -> None:
        url = "http://127.0.0.1:9"
        for arguments in (
            ["--left", url],
            ["--left", url, "--right", url],
            ["--left", "ftp://x", "--right", url],
            ["--requests", "0"],
            ["--unit", "1001"],
            ["--left", url, "--right", url, "--requests-file", "/nowhere"],
        ):
            outcome = parity(*arguments)
            self.assertEqual(outcome.returncode, 2, arguments)
            self.assertNotIn("Traceback", outcome.stderr)


class WhatIsDrawn(unittest.TestCase):
    def test_every_condition_that_a_catalog_may_have_is_drawn(self) -> None:
        schema = json.loads((ROOT / "tests" / "fixtures" / "schemas" / "catalog.schema.json").read_text())
        self.assertEqual(set(CONDITIONS), set(schema["$defs"]["targeting"]["properties"]))

    def test_every_parameter_is_asked_with(self) -> None:
        schemas = ROOT / "tests" / "fixtures" / "schemas" / "allocation-request.schema.json"
        questions = Questions(1, 1, ["unit-1"])
        asked = {name for number in range(500) for name in questions.question(number).parameters}
        self.assertEqual(asked - {"unknown_parameter"}, set(json.loads(schemas.read_text())["properties"]))

    def test_the_same_numbers_give_the_same_whatever_was_drawn_before(self) -> None:
        self.assertEqual(catalog(3, 2), catalog(3, 2))
        self.assertNotEqual(catalog(3, 2), catalog(4, 2))
        first, second = Questions(3, 2, ["unit-1"]), Questions(3, 2, ["unit-1"])
        second.question(41)
        dated = next(number for number in range(1, 99) if "now" in first.question(number).parameters)
        self.assertEqual(first.question(dated), second.question(dated))


class RandomCatalogs(unittest.TestCase):
    def test_django_and_the_functions_answer_alike_over_catalogs_that_nobody_thought_of(self) -> None:
        before = set(LOCAL.glob("parity-*"))
        outcome = parity("--requests", 400, "--catalogs", 4, "--json")
        self.assertEqual(outcome.returncode, 0, outcome.stdout + outcome.stderr)
        coverage = json.loads(outcome.stdout)["coverage"]
        self.assertGreater(sum(coverage["slots"].values()), 400)
        self.assertGreater(len(coverage["rules_explained"]), 10)
        self.assertEqual(set(LOCAL.glob("parity-*")), before)
