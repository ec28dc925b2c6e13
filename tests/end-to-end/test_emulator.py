"""The functions under AWS's own runtime interface emulator, invoked with events as AWS documents them.

The local balancer is ours, and so would be a mistake that it shares with the functions. The emulator comes
with AWS's SAM command line, and the events are those of the Application Load Balancer's documentation.
"""

import copy
import json
import os
import platform
import unittest
from pathlib import Path
from typing import Any

from lockfill import ROOT, install, web
from lockfill.processes import Child, clean_environment, start
from lockfill.stack import free_port
from support import CAPPED, shared_stack

IS_SUPPORTED = platform.system() == "Linux" and platform.machine() in ("x86_64", "aarch64")
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/lambda-target/0123456789abcdef"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
SINGLE_VALUE = {
    "requestContext": {"elb": {"targetGroupArn": ARN}},
    "httpMethod": "GET",
    "path": "/",
    "queryStringParameters": {},
    "headers": {
        "accept": "text/html,application/xhtml+xml",
        "accept-language": "en-US,en;q=0.8",
        "content-type": "text/plain",
        "cookie": "cookies",
        "host": "lambda-846800462-us-east-2.elb.amazonaws.com",
        "user-agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6)",
        "x-amzn-trace-id": "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520",
        "x-forwarded-for": "72.21.198.66",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    },
    "isBase64Encoded": False,
    "body": "",
}
QUERY = {"unit_id": "1001", "user_id": "emulated", "country": "KR", "timezone": "Asia%2FSeoul", "count": "5"}


def multi_value(event: dict[str, Any]) -> dict[str, Any]:
    """The same event for a target group with multi-value headers."""
    event = copy.deepcopy(event)
    for one, many in (
        ("headers", "multiValueHeaders"),
        ("queryStringParameters", "multiValueQueryStringParameters"),
    ):
        event[many] = {name: [value] for name, value in event.pop(one).items()}
    return event


def health_check(path: str) -> dict[str, Any]:
    """Hardly anything: no host, no forwarding headers."""
    return {**SINGLE_VALUE, "path": path, "headers": {"user-agent": "ELB-HealthChecker/2.0"}}


def emulator() -> Path:
    folder = install.environment("sam").parent.parent
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    (found,) = folder.glob(f"lib/python*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")
    return found


@unittest.skipUnless(IS_SUPPORTED, "AWS's emulator is for Linux on x86-64 and ARM")
class UnderTheEmulator(unittest.TestCase):
    def invoke(self, function: str, *events: Any) -> list[dict[str, Any]]:
        """What a function of its own, started for this, answers to events one after the other."""
        child = self.start(function)
        url = f"http://127.0.0.1:{self.port}/2015-03-31/functions/function/invocations"
        try:
            return [web.request("POST", url, body=json.dumps(event)).json for event in events]
        finally:
            child.stop()

    def start(self, function: str) -> Child:
        stack = shared_stack()
        self.port, api = free_port(), free_port()
        command = [emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"]
        command += ["--runtime-api-address", f"127.0.0.1:{api}", "--log-level", "error"]
        # A binary built by hand, a released one for instance, may be tried in place of the built ones.
        programs = Path(os.environ.get("LOCKFILL_TEST_FUNCTIONS", stack.programs))
        env = {**clean_environment(), **stack.function_variables(), "AWS_LAMBDA_FUNCTION_TIMEOUT": "10"}
        log = stack.logs / f"emulator-{function}-{self.port}.log"
        child = start("emulator", [*command, programs / function], log, env)
        child.wait_until("listening", self.is_listening, 10)
        return child

    def is_listening(self) -> str | None:
        try:
            web.request("GET", f"http://127.0.0.1:{self.port}/nothing", timeout=1)
        except OSError:
            return None
        return ""

    def test_an_event_in_either_form_is_answered_with_the_same_slots(self) -> None:
        single = {**SINGLE_VALUE, "path": "/api/v1/allocation/ads", "queryStringParameters": QUERY}
        answers = self.invoke("ads", single, multi_value(single))
        for answer in answers:
            self.assertEqual((answer["statusCode"], answer["statusDescription"]), (200, "200 OK"), answer)
            self.assertEqual(answer["headers"]["content-type"], "application/json")
            self.assertEqual(answer["multiValueHeaders"]["content-type"], ["application/json"])
            self.assertFalse(answer["isBase64Encoded"])
            self.assertIn(CAPPED, [slot["id"] for slot in json.loads(answer["body"])["slots"]])

    def test_a_posted_body_is_read_plain_and_in_base64(self) -> None:
        event = json.loads((ROOT / "infra" / "events" / "lockscreen.json").read_text())
        event["body"] = '{"unit_id":"1001","user_id":"emulated"}'
        encoded = {**event, "isBase64Encoded": True}
        encoded["body"] = "eyJ1bml0X2lkIjoiMTAwMSIsInVzZXJfaWQiOiJlbXVsYXRlZCJ9"
        plain, decoded = self.invoke("lockscreen", event, encoded)
        self.assertEqual((plain["statusCode"], decoded["statusCode"]), (200, 200), plain)

    def test_a_pixel_is_base64(self) -> None:
        path = "/api/v1/allocation/contents"
        event = {**SINGLE_VALUE, "path": path, "queryStringParameters": QUERY}
        (answer,) = self.invoke("contents", event)
        link = json.loads(answer["body"])["slots"][0]["tracking"]["impression_url"]
        path = link[link.index("/api/") :]
        (pixel,) = self.invoke("events", multi_value({**SINGLE_VALUE, "path": path}))
        self.assertEqual((pixel["statusCode"], pixel["headers"]["content-type"]), (200, "image/gif"))
        self.assertTrue(pixel["isBase64Encoded"])
        self.assertTrue(pixel["body"].startswith("R0lGODlh"), "GIF89a")

    def test_a_health_check_without_a_host_and_what_is_no_request_are_answered(self) -> None:
        hostile = {**SINGLE_VALUE, "headers": {"host": "a b"}}
        garbled = {**SINGLE_VALUE, "isBase64Encoded": True, "body": "{}"}
        events = [health_check("/healthz"), health_check("/"), hostile, garbled, {}, health_check("/healthz")]
        for function in ("ads", "events"):
            answers = self.invoke(function, *events, multi_value(health_check("/healthz")))
            statuses = [answer.get("statusCode", answer) for answer in answers]
            self.assertEqual(statuses, [200, 404, 400, 400, 400, 200, 200])
