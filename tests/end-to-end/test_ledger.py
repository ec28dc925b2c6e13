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
from serving_stack import FunctionsStack, end_environments
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

RECORDED = "x-lockfill-recorded"
AT_ONCE = 50

stack = module_stack(FunctionsStack)


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
    items: list[dict[str, dict[str, Any]]] = answer.json["Items"]
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in items]


def ad(device: Device, **parameters: Any) -> dict[str, str]:
    """The links of an ad, after which a click is no longer too fast."""
    shown = slot(device.ask("ads", country="KR", count=50, **parameters), CAPPED)
    time.sleep(1.1)
    tracking: dict[str, str] = shown["tracking"]
    return tracking


def recorded(url: str, **headers: str) -> str | None:
    return web.get(url, **headers).headers[RECORDED]


def flush_redis(stack: Stack) -> None:
    """Redis loses everything, and goes on."""
    with socket.create_connection(("127.0.0.1", stack.redis_port), timeout=5) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(16) == b"+OK\r\n"


def at_once(url: str) -> list[str | None]:
    """What becomes of a link that many follow at once, each again as long as it is not recorded."""

    def follow(_: int) -> str | None:
        def answer() -> web.Answer | None:
            found = web.get(url)
            return found if found.status == 200 else None

        found = eventually("the event is recorded", answer, 30)
        return found.headers[RECORDED] if found else None

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(follow, range(AT_ONCE)))


def wait_until_whole(device: Device) -> None:
    """Waits until all stores answer, and histories are known."""

    def is_whole() -> bool:
        answer = device.answer("ads", country="KR")
        return answer.status == 200 and answer.headers[DEGRADED] is None

    eventually("answers are whole", is_whole, 20)


@pytest.fixture(autouse=True)
def whole(device: Device) -> None:
    """A test begins once all stores answer again."""
    wait_until_whole(device)


def test_a_link_that_fifty_follow_at_once_counts_once_also_after_flushall(device: Device) -> None:
    stack = device.stack
    tracking = ad(device)
    before = len(entries(stack))
    found = at_once(tracking["impression_url"])
    # An event whose answer came too late for its function is recorded, and every other is a repetition of it.
    assert set(found) <= {"yes", "repeated"} and found.count("yes") <= 1, found
    assert len(entries(stack)) == before + 1
    assert len(environments(stack, "events")) > 1, "several environments took part"
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "one showing of two"
    flush_redis(stack)
    assert set(at_once(tracking["impression_url"])) == {"repeated"}
    assert len(entries(stack)) == before + 1
    # Until the counters are made anew, the history is not known.
    wait_until_whole(device)
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "one showing of two"
    # The lost showing was made up for: a second one is the last.
    assert recorded(ad(device)["impression_url"]) == "yes"
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50)), "two showings of two"


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
    link = tracking["impression_url"]
    eventually("an event can be recorded", lambda: recorded(link) in {"yes", "repeated"}, 20)
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "one showing of two"
    # Others that failed try the ledger with one event of their next batch alone.
    end_environments(stack, "events")


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
    token = ad(device)["impression_url"].rpartition("/")[2]
    reports = [(token, "impression"), ("forged", "click"), (token, "click")]
    batch = {"events": [{"token": token, "kind": kind} for token, kind in reports]}
    for word in ("yes", "repeated"):
        answer = web.post_json(f"{device.stack.url}/api/v1/events", batch)
        assert (answer.status, answer.served_by) == (200, "lambda")
        refused = {"recorded": "refused", "problem": "invalid-token"}
        assert answer.json == {"results": [{"recorded": word}, refused, {"recorded": word}]}
    wrong = web.post_json(f"{device.stack.url}/api/v1/events/", {"events": [{"token": "x", "kind": "view"}]})
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (400, "events[0].kind")
