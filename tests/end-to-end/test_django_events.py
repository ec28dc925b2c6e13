"""Django records what the events function records, in the same ledger: the rule of events can be given back.

What differs between both is taken out in `test_django_allocations.py`; `scripts/parity` compares at random.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from device import CAPPED, DEGRADED, LOCKSCREEN, Device, ids, slot
from lockfill import web
from lockfill.faults import frozen
from lockfill.stack import Stack
from waiting import eventually

RECORDED = "x-lockfill-recorded"
BATCH = "/api/v1/events"
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-S918N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile"


def on(base: str, link: str) -> str:
    """A tracking link on another server."""
    return base + urlsplit(link).path


def sides(stack: Stack) -> list[str]:
    return [stack.url, stack.django_url]


def follow(url: str, **headers: str) -> tuple[int, str | None, str | None]:
    """Status, what became of the event, and where a click leads."""
    answer = web.get(url, user_agent=PHONE, **headers)
    return answer.status, answer.headers[RECORDED], answer.headers["location"]


@pytest.mark.parametrize("first", [0, 1], ids=["function", "django"])
def test_what_one_side_has_recorded_is_a_repetition_on_the_other(device: Device, first: int) -> None:
    bases = sides(device.stack)
    if first:
        bases.reverse()
    tracking = slot(device.ask("ads", country="KR", count=50), CAPPED)["tracking"]
    # An invalid event takes no valid one's place.
    clicks = [follow(on(base, tracking["click_url"]), sec_purpose="prefetch") for base in bases]
    assert clicks[0] == clicks[1]
    assert clicks[0][:2] == (302, "invalid")
    shown = [follow(on(base, tracking["impression_url"])) for base in bases]
    assert shown == [(200, "yes", None), (200, "repeated", None)]


def test_a_cap_is_used_up_by_what_either_side_has_recorded(device: Device) -> None:
    for base in sides(device.stack):
        ad = slot(device.ask("ads", country="KR", count=50), CAPPED)
        answer = web.get(on(base, ad["tracking"]["impression_url"]), user_agent=PHONE)
        assert (answer.headers[RECORDED], answer.headers[DEGRADED]) == ("yes", None)
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50))


def test_a_batch_is_answered_alike_and_repeated_on_the_other_side(device: Device) -> None:
    def results(base: str, events: list[dict[str, Any]]) -> Any:
        answer = web.request("POST", base + BATCH, {"user-agent": PHONE}, json.dumps({"events": events}))
        assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
        return [each["recorded"] for each in answer.json["results"]]

    slots = device.ask("ads", country="KR", count=50)["slots"]
    tokens = [each["tracking"]["impression_url"].rpartition("/")[2] for each in slots]
    events = [{"token": token, "kind": "impression"} for token in (*tokens, f"{tokens[0]}x")]
    django, function = device.stack.django_url, device.stack.url
    assert results(django, events) == ["yes"] * len(tokens) + ["refused"]
    assert results(function, events) == ["repeated"] * len(tokens) + ["refused"]


def word_at_last(link: str) -> str | None:
    """What becomes of an event once the process that is asked has found the ledger well again."""

    def word() -> str | None:
        recorded = follow(link)[1]
        return None if recorded == "no" else recorded

    return eventually("the event is recorded", word)


def have_catalog(base: str, user: str) -> bool:
    """Whether each process of a server, most likely, has a catalog: so many requests at once take all."""
    url = f"{base}{LOCKSCREEN}?unit_id=1001&user_id={user}"
    with ThreadPoolExecutor(16) as threads:
        return all(threads.map(lambda _: web.get(url).status == 200, range(64)))


def test_without_the_ledger_django_says_so_and_its_allocations_go_on(device: Device) -> None:
    base = device.stack.django_url
    eventually("Django has the catalog", lambda: have_catalog(base, device.user), 20)
    tracking = slot(device.ask("ads", country="KR", count=50), CAPPED)["tracking"]
    impression, click = (on(base, tracking[kind]) for kind in ("impression_url", "click_url"))
    with frozen(device.stack, "local-dynamodb"):
        pixel = web.get(impression, user_agent=PHONE)
        assert (pixel.status, pixel.headers[RECORDED], pixel.headers["retry-after"]) == (503, "no", "5")
        assert "ledger" in str(pixel.headers[DEGRADED])
        status, recorded, landing = follow(click)
        assert (status, recorded) == (302, "no")
        assert landing
        # More reports than Django has threads, and an allocation beside them.
        with ThreadPoolExecutor(16) as threads:
            reports = [threads.submit(follow, impression) for _ in range(64)]
            started = time.monotonic()
            answer = web.get(f"{base}{LOCKSCREEN}?unit_id=1001&user_id={device.user}")
            seconds = time.monotonic() - started
            assert {report.result()[:2] for report in reports} == {(503, "no")}
        assert (answer.status, bool(answer.json["slots"])) == (200, True)
        assert seconds < 3
    # A write whose answer came too late may have reached the ledger all the same, and is counted now.
    assert word_at_last(impression) in {"yes", "repeated"}
    assert word_at_last(impression) == "repeated"
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "one showing of two"
    second = slot(device.ask("ads", country="KR", count=50), CAPPED)["tracking"]["impression_url"]
    assert word_at_last(on(base, second)) in {"yes", "repeated"}
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50)), "two showings of two"
    # Each of Django's processes leaves the ledger alone for a while, and the next test asks both.
    eventually("Django records", lambda: all(follow(impression)[1] == "repeated" for _ in range(16)), 10)


def test_a_time_that_cannot_be_read_is_answered_alike(device: Device) -> None:
    link = slot(device.ask("ads", country="KR", count=50), CAPPED)["tracking"]["impression_url"]
    assert follow(link)[1] == "yes"
    token = link.rpartition("/")[2]
    ats = ["-1", "-0", "100000000000", "1e9", "1.5", "true", "null", '"1795338000"', '"\\ud800"', "[]", "{}"]
    for at in ats:
        events = [f'{{"token":"{it}","kind":"impression","at":{at}}}' for it in (token, "x")]
        body = f'{{"events":[{",".join(events)}]}}'.encode()
        headers = {"user-agent": PHONE}
        answers = [web.request("POST", base + BATCH, headers, body) for base in sides(device.stack)]
        function, django = ((each.status, each.headers["content-type"], each.body) for each in answers)
        assert function == django, at
        ignored = {} if at == "null" else {"ignored": "at"}
        assert answers[0].json["results"][0] == {"recorded": "repeated", **ignored}, at


def test_a_batch_that_is_none_is_refused_alike(stack: Stack) -> None:
    bodies = [b"", b"{", b"[]", b"{}", b"\xff", b'{"events":[1,{"kind":"view"}]}']
    bodies += [b'{"events":[{"token":"\\ud800"}]}']
    for body in [*bodies, b" " * 70_000, b'{"events":[' + b"[" * 30_000]:
        answers = [web.request("POST", base + BATCH, {}, body) for base in sides(stack)]
        function, django = ((each.status, each.headers["content-type"], each.body) for each in answers)
        assert function == django, body[:40]
        assert 400 <= function[0] < 500
