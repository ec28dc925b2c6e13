"""The ledger of events: each is recorded once, whatever comes and goes."""

import concurrent.futures
import json
import socket
import time
from typing import Any

import pytest

from device import CAPPED, DEGRADED, Device, ids, slot
from lockfill import web
from lockfill.faults import frozen, without_dynamodb
from lockfill.running import environments
from lockfill.stack import EVENTS_TABLE, Stack
from stacks import module_stack
from waiting import eventually

RECORDED = "x-lockfill-recorded"
AT_ONCE = 50

stack = module_stack()


def entries(stack: Stack) -> list[dict[str, Any]]:
    """All events in the ledger."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.Scan",
        "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "x-amz-date": "20260101T000000Z",
    }
    body = json.dumps({"TableName": EVENTS_TABLE})
    answer = web.request("POST", stack.dynamodb_url, headers, body)
    assert answer.status == 200, answer.body
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in answer.json["Items"]]


def ad(device: Device, **parameters: Any) -> dict[str, str]:
    """The links of an ad, after which a click is no longer too fast."""
    tracking: dict[str, str] = slot(device.ask("ads", country="KR", count=50, **parameters), CAPPED)["tracking"]
    time.sleep(1.1)
    return tracking


def recorded(url: str, **headers: str) -> str | None:
    return web.get(url, **headers).headers[RECORDED]


def flush_redis(stack: Stack) -> None:
    """Redis loses everything, and goes on."""
    with socket.create_connection(("127.0.0.1", stack.redis_port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(16) == b"+OK\r\n"


def at_once(url: str) -> list[web.Answer]:
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(web.get, [url] * AT_ONCE))


@pytest.fixture(autouse=True)
def whole(device: Device) -> None:
    """A test begins once all stores answer again."""

    def is_whole() -> bool:
        answer = device.answer("ads", country="KR")
        return answer.status == 200 and answer.headers[DEGRADED] is None

    eventually("answers are whole", is_whole, 20)


def test_a_link_that_fifty_follow_at_once_counts_once_also_after_redis_lost_everything(device: Device) -> None:
    stack = device.stack
    tracking = ad(device)
    before = len(entries(stack))
    answers = at_once(tracking["impression_url"])
    assert {answer.status for answer in answers} == {200}
    found = [answer.headers[RECORDED] for answer in answers]
    assert sorted(set(found)) == ["repeated", "yes"], found
    assert found.count("yes") == 1
    assert len(environments(stack, "events")) > 1, "several environments took part"
    flush_redis(stack)
    again = at_once(tracking["impression_url"])
    assert {answer.headers[RECORDED] for answer in again} == {"repeated"}
    assert len(entries(stack)) == before + 1


def test_under_limit_ad_tracking_an_event_is_recorded_without_a_user(device: Device) -> None:
    tracking = ad(device, limit_ad_tracking="true")
    before = {item["sk"] for item in entries(device.stack)}
    assert recorded(tracking["impression_url"]) == "yes"
    (item,) = [item for item in entries(device.stack) if item["sk"] not in before]
    assert (item["item_id"], item["unit_id"], item["class"]) == (CAPPED, "1001", "valid")
    assert not {"user", "zone"} & set(item)


def test_a_prefetch_does_not_make_the_persons_click_a_repetition(device: Device) -> None:
    click = ad(device)["click_url"]
    assert recorded(click, sec_purpose="prefetch") == "invalid"
    assert recorded(click, user_agent="curl/8.4.0") == "invalid"
    assert recorded(click) == "yes"
    assert recorded(click) == "repeated"


@pytest.mark.parametrize("fault", ["gone", "frozen"])
def test_without_dynamodb_events_say_that_they_are_not_recorded_and_answers_go_on(
    device: Device, fault: str
) -> None:
    stack = device.stack
    tracking = ad(device)
    # The environment has the catalog before DynamoDB is gone, and nothing is counted for the user.
    recorded(ad(device, limit_ad_tracking="true")["impression_url"])
    taken_away = without_dynamodb(stack) if fault == "gone" else frozen(stack, "local-dynamodb")
    with taken_away:
        impression = web.get(tracking["impression_url"])
        assert (impression.status, impression.headers["retry-after"]) == (503, "5"), impression.body
        assert impression.json["type"] == "urn:lockfill:problem:ledger-unavailable"
        assert impression.headers[RECORDED] == "no"
        assert "ledger" in impression.headers[DEGRADED]
        click = web.get(tracking["click_url"])
        assert (click.status, click.headers[RECORDED]) == (302, "no"), click.body
        assert click.headers["location"].startswith("https://")
        allocation = device.answer("ads", country="KR")
        assert allocation.status == 200
        assert CAPPED in ids(allocation.json), "what is not recorded uses up no cap"
    eventually("an event can be recorded", lambda: recorded(tracking["impression_url"]) in {"yes", "repeated"}, 20)
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "one showing of two"


def test_a_late_report_keeps_both_times(device: Device) -> None:
    issued = int(time.time())
    tracking = ad(device)
    time.sleep(2)
    before = {item["sk"] for item in entries(device.stack)}
    assert recorded(f"{tracking['impression_url']}?at={issued + 1}") == "yes"
    (item,) = [item for item in entries(device.stack) if item["sk"] not in before]
    assert int(item["happened_at"]) == issued + 1
    assert int(item["arrived_at"]) >= issued + 3


def test_a_batch_is_answered_event_by_event_and_can_be_repeated(device: Device) -> None:
    tokens = [ad(device)["impression_url"].rpartition("/")[2], "forged", ad(device)["click_url"].rpartition("/")[2]]
    kinds = ["impression", "click", "click"]
    batch = {"events": [{"token": token, "kind": kind} for token, kind in zip(tokens, kinds, strict=True)]}
    for word in ("yes", "repeated"):
        answer = web.post_json(f"{device.stack.url}/api/v1/events", batch)
        assert (answer.status, answer.served_by) == (200, "lambda")
        refused = {"recorded": "refused", "problem": "invalid-token"}
        assert answer.json == {"results": [{"recorded": word}, refused, {"recorded": word}]}
    wrong = web.post_json(f"{device.stack.url}/api/v1/events/", {"events": [{"token": "x", "kind": "view"}]})
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (400, "events[0].kind")
