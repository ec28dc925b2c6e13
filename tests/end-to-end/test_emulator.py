"""The functions under AWS's own runtime interface emulator, invoked with payloads as AWS documents them.

The local balancer is ours, and so would be a mistake that it shares with the functions. The payloads are
those of the Application Load Balancer's documentation.
"""

import copy
import json
import os
from pathlib import Path
from typing import Any

from device import CAPPED
from emulator import emulated, needs_emulator
from lockfill import ROOT, web
from lockfill.stack import Stack

pytestmark = needs_emulator
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


def multi_value(payload: dict[str, Any]) -> dict[str, Any]:
    """The same payload for a target group with multi-value headers."""
    payload = copy.deepcopy(payload)
    for one, many in (
        ("headers", "multiValueHeaders"),
        ("queryStringParameters", "multiValueQueryStringParameters"),
    ):
        payload[many] = {name: [value] for name, value in payload.pop(one).items()}
    return payload


def health_check(path: str) -> dict[str, Any]:
    """Hardly anything: no host, no forwarding headers."""
    return {**SINGLE_VALUE, "path": path, "headers": {"user-agent": "ELB-HealthChecker/2.0"}}


def invoke(stack: Stack, folder: Path, function: str, *payloads: Any) -> list[dict[str, Any]]:
    """What a function of its own, started for this, answers to payloads one after the other."""
    # Binaries of another folder, released ones for instance, may be tried in place of the built ones.
    programs = Path(os.environ.get("LOCKFILL_TEST_FUNCTIONS", stack.programs))
    variables = {**stack.function_variables(), "AWS_LAMBDA_FUNCTION_TIMEOUT": "10"}
    with emulated(programs / function, variables, folder / f"{function}.log") as url:
        return [web.request("POST", url, body=json.dumps(payload)).json for payload in payloads]


def test_a_payload_in_either_form_is_answered_with_the_same_slots(stack: Stack, tmp_path: Path) -> None:
    single = {**SINGLE_VALUE, "path": "/api/v1/allocation/ads", "queryStringParameters": QUERY}
    for answer in invoke(stack, tmp_path, "ads", single, multi_value(single)):
        assert (answer["statusCode"], answer["statusDescription"]) == (200, "200 OK"), answer
        assert answer["headers"]["content-type"] == "application/json"
        assert answer["multiValueHeaders"]["content-type"] == ["application/json"]
        assert not answer["isBase64Encoded"]
        assert CAPPED in [slot["id"] for slot in json.loads(answer["body"])["slots"]]


def test_a_posted_body_is_read_plain_and_in_base64(stack: Stack, tmp_path: Path) -> None:
    payload = json.loads((ROOT / "infra" / "invocations" / "lockscreen.json").read_text())
    payload["body"] = '{"unit_id":"1001","user_id":"emulated"}'
    encoded = {**payload, "isBase64Encoded": True}
    encoded["body"] = "eyJ1bml0X2lkIjoiMTAwMSIsInVzZXJfaWQiOiJlbXVsYXRlZCJ9"
    plain, decoded = invoke(stack, tmp_path, "lockscreen", payload, encoded)
    assert (plain["statusCode"], decoded["statusCode"]) == (200, 200), plain


def test_a_pixel_is_base64(stack: Stack, tmp_path: Path) -> None:
    path = "/api/v1/allocation/contents"
    payload = {**SINGLE_VALUE, "path": path, "queryStringParameters": QUERY}
    (answer,) = invoke(stack, tmp_path, "contents", payload)
    link = json.loads(answer["body"])["slots"][0]["tracking"]["impression_url"]
    path = link[link.index("/api/") :]
    (pixel,) = invoke(stack, tmp_path, "events", multi_value({**SINGLE_VALUE, "path": path}))
    assert (pixel["statusCode"], pixel["headers"]["content-type"]) == (200, "image/gif")
    assert pixel["isBase64Encoded"]
    assert pixel["body"].startswith("R0lGODlh"), "GIF89a"


def test_a_health_check_without_a_host_and_what_is_no_request_are_answered(
    stack: Stack, tmp_path: Path
) -> None:
    hostile = {**SINGLE_VALUE, "headers": {"host": "a b"}}
    garbled = {**SINGLE_VALUE, "isBase64Encoded": True, "body": "{}"}
    payloads = [health_check("/healthz"), health_check("/"), hostile, garbled, {}, health_check("/healthz")]
    for function in ("ads", "events"):
        answers = invoke(stack, tmp_path, function, *payloads, multi_value(health_check("/healthz")))
        statuses = [answer.get("statusCode", answer) for answer in answers]
        assert statuses == [200, 404, 400, 400, 400, 200, 200]
