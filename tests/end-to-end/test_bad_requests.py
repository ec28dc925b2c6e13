"""What a device gets for a request that cannot be answered."""

from typing import Any

from device import LOCKSCREEN, Device
from lockfill import web


def problem(answer: web.Answer, status: int) -> dict[str, Any]:
    """The problem document of an answer that must be one."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json
    assert document["status"] == status
    return document


def test_all_invalid_fields_are_named_at_once(device: Device) -> None:
    wrong = {"country": "Korea", "count": 0, "timezone": "Mars"}
    found = problem(device.answer(**wrong, strict=1), 400)
    assert [error["field"] for error in found["errors"]] == ["country", "timezone", "count"]
    answer = device.answer(**wrong)
    assert (answer.status, answer.headers["x-lockfill-ignored"]) == (200, "country,timezone,count")


def test_an_unknown_unit_is_404(device: Device) -> None:
    problem(device.answer(unit_id="nobody"), 404)


def test_debugging_without_the_token_is_401(device: Device) -> None:
    query = f"{LOCKSCREEN}?unit_id=1001&user_id=u&now=2026-11-23T00:00:00Z"
    problem(device.get(query), 401)
    problem(device.get(query, authorization="Bearer wrong"), 401)


def test_another_method_is_405_and_says_which_are_allowed(device: Device) -> None:
    answer = web.request("DELETE", f"{device.stack.url}{LOCKSCREEN}?unit_id=1001&user_id=u")
    problem(answer, 405)
    assert answer.headers["allow"] == "GET, POST"


def test_a_broken_body_is_400_and_a_huge_one_413_from_the_balancer(device: Device) -> None:
    url, headers = device.stack.url + LOCKSCREEN, {"content-type": "application/json"}
    problem(web.request("POST", url, headers, "{"), 400)
    problem(web.request("POST", url, headers, b"\xff\xfe"), 400)
    huge = web.request("POST", url, headers, b" " * 1_100_000)
    assert (huge.status, huge.headers["server"]) == (413, "awselb/2.0")
