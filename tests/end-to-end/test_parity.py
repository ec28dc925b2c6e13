"""`scripts/parity` as a person meets it: two servers that answer alike, and two that do not."""

import gzip
import json
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from device import CAPPED
from lockfill import ROOT, local_secrets
from lockfill.ports import free_port
from lockfill.stack import Stack
from parity_runs import changing_proxy, parity

pytestmark = pytest.mark.alone

LOG_LINE = (
    "h2 2026-11-23T01:02:03.186641Z app/lb/1 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 {status} "
    '200 34 366 "{request}" "It\'s an app/1.0" - - arn:aws:elasticloadbalancing:::targetgroup/t/1 '
    '"Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2026-11-23T01:02:03.364000Z "forward" "-" "-" '
    '"10.0.0.1:80" "200" "-" "-"'
)


@dataclass
class Comparison:
    """Runs that compare the balancer with another server."""

    balancer: str

    def run(self, right: str, *arguments: object) -> tuple[int, dict[str, Any]]:
        """How a run ended, and what it found."""
        outcome = parity("--left", self.balancer, "--right", right, "--json", *arguments)
        assert outcome.stdout, outcome.stderr
        return outcome.returncode, json.loads(outcome.stdout)

    def run_random(self, right: str, *arguments: object) -> tuple[int, dict[str, Any]]:
        local_secrets.read("debug-token")
        asked = ["--unit", 1001, 1002, "--requests", 80]
        asked += ["--debug-token-file", local_secrets.path("debug-token")]
        # On a machine that has too much to do a store is late now and then; other tests are about that.
        asked += ["--ignore", "header:x-lockfill-degraded"]
        return self.run(right, *asked, *arguments)


@pytest.fixture
def comparison(stack: Stack) -> Comparison:
    return Comparison(stack.url)


def test_a_server_is_like_itself(comparison: Comparison) -> None:
    code, found = comparison.run_random(comparison.balancer)
    assert (code, found["groups"], found["requests"]) == (0, [], 80)
    assert found["coverage"]["statuses"]["200"] > 40
    assert sum(found["coverage"]["slots"].values()) > 40


def test_one_changed_field_is_named_and_comes_again_by_the_command_that_is_given(
    comparison: Comparison, tmp_path: Path
) -> None:
    def change(document: dict[str, Any]) -> None:
        for slot in document["slots"]:
            slot["show_until"] = "2020-01-01T00:00:00Z"

    report = tmp_path / "report.html"
    with changing_proxy(comparison.balancer, change) as right:
        code, found = comparison.run_random(right, "--report", report)
        assert code == 1
        assert [group["field"] for group in found["groups"]] == ["slots[].show_until"]
        assert found["groups"][0]["right"] == '"2020-01-01T00:00:00Z"'
        again = shlex.split(found["groups"][0]["reproduce"])
        outcome = subprocess.run(again, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert outcome.returncode == 1, outcome.stderr
        assert "slots[].show_until" in outcome.stdout
        assert comparison.run_random(right, "--ignore", "slots[].show_until")[0] == 0
    assert "slots[].show_until" in report.read_text()
    # No secret is part of the assertion, which a failure would print.
    has_token = local_secrets.read("debug-token") in report.read_text() + json.dumps(found)
    assert not has_token


def test_the_rule_that_differs_is_named_and_the_example_needs_nothing_else(comparison: Comparison) -> None:
    def change(document: dict[str, Any]) -> None:
        kept = [slot for slot in document["slots"] if slot["id"] != CAPPED]
        if "explain" in document and len(kept) < len(document["slots"]):
            document["explain"].append({"id": CAPPED, "rule": "budget", "wanted": "", "found": ""})
        document["slots"] = kept

    with changing_proxy(comparison.balancer, change) as right:
        code, found = comparison.run_random(right)
    assert code == 1
    cause = "rule budget rejects on the right alone"
    assert cause in [group["cause"] for group in found["groups"]]
    smallest = next(group for group in found["groups"] if group["cause"] == cause)["curl"][0]
    assert "device_maker" not in smallest


def test_equal_fields_in_other_bytes_are_a_difference(comparison: Comparison) -> None:
    def change(document: dict[str, Any]) -> None:
        document["valid_until"] = document.pop("valid_until")

    with changing_proxy(comparison.balancer, change) as right:
        code, found = comparison.run_random(right)
    assert (code, [group["cause"] for group in found["groups"]]) == (1, ["body: order of members"])


def test_requests_of_a_file_are_sent_and_lines_that_are_none_are_counted_by_reason(
    comparison: Comparison, tmp_path: Path
) -> None:
    path = "/api/v1/allocation/ads"
    url = f"https://a.example:443{path}"
    lines = [
        json.dumps({"path": path, "query": {"unit_id": "1001", "user_id": "u1", "country": "KR"}}),
        json.dumps({"method": "POST", "path": path, "body": {"unit_id": "1001", "user_id": "사용자"}}),
        json.dumps({"path": "/api/v1/events/impression/x"}),
        "{not json",
        "",
        LOG_LINE.format(status=200, request=f"GET {url}?unit_id=1001&user_id=u2 HTTP/2.0"),
        LOG_LINE.format(status=200, request=f"POST {url} HTTP/2.0"),
        LOG_LINE.format(status=400, request="- http://a.example:80- -"),
    ]
    file = tmp_path / "requests.gz"
    with gzip.open(file, "wt") as opened:
        opened.write("\n".join(lines))
    code, found = comparison.run(comparison.balancer, "--requests-file", file)
    assert (code, found["requests"], found["coverage"]["statuses"]) == (0, 3, {"200": 3})
    assert sum(found["skipped_lines"].values()) == 4
    assert "POST, whose body is not in a log" in found["skipped_lines"]


def test_a_server_that_is_down_is_one_line_and_a_status_of_its_own() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    outcome = parity("--left", url, "--right", url, "--unit", "1001")
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert len(outcome.stderr.splitlines()) == 1, outcome.stderr
    assert "the left side does not answer" in outcome.stderr


URL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--left", URL],
        ["--left", URL, "--right", URL],
        ["--left", "ftp://x", "--right", URL],
        ["--requests", "0"],
        ["--unit", "1001"],
        ["--left", URL, "--right", URL, "--requests-file", "/nowhere"],
    ],
    ids=" ".join,
)
def test_arguments_that_fit_no_run_are_refused_before_anything_is_started(arguments: list[str]) -> None:
    outcome = parity(*arguments)
    assert outcome.returncode == 2
    assert "Traceback" not in outcome.stderr
