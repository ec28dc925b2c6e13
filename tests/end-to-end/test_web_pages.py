"""What browsers do with pages of other origins, and old clients with paths, through the balancer."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest

from device import Device, debug_header
from lockfill import web
from publisher import Publisher
from stacks import module_stack
from waiting import eventually

LISTED = "https://web.example"
AT_ONCE = 8
PATHS = [f"/api/v1/allocation/{kind}" for kind in ("ads", "contents", "lockscreen")]

stack = module_stack()


@pytest.fixture(scope="module", autouse=True)
def listing(stack) -> None:  # type: ignore[no-untyped-def]
    Publisher(stack).run_in_django(
        "from adops.models import Unit\n"
        "unit = Unit.objects.get(public_id='1001')\n"
        f"unit.origins = ['{LISTED}']\n"
        "unit.save()"
    )
    stack.manage("publish", "--wait")
    for base in (stack.url, stack.django_url):
        eventually(f"{base} has the new catalog", lambda base=base: is_listed_everywhere(base))


def is_listed_everywhere(base: str) -> bool:
    """Whether each process of a side has the catalog that lists the origin: many are asked at once, because
    requests one after another may all reach the same process.
    """
    preflight = {"origin": LISTED, "access-control-request-method": "POST"}

    def is_listed(number: int) -> bool:
        return web.request("OPTIONS", base + PATHS[number % 3], preflight).status == HTTPStatus.NO_CONTENT

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return all(threads.map(is_listed, range(6 * AT_ONCE)))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_sides_tell_a_page_the_same(device: Device, path: str, slash: str) -> None:
    sides = (device.stack.url, device.stack.django_url)
    preflight = {"origin": LISTED, "access-control-request-method": "POST"}
    for base in sides:
        answer = web.request("OPTIONS", f"{base}{path}{slash}", preflight)
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert answer.headers["vary"] == "origin, access-control-request-method"
        refused = web.request(
            "OPTIONS", f"{base}{path}{slash}", {**preflight, "origin": "https://evil.example"}
        )
        assert (refused.status, refused.headers["access-control-allow-origin"]) == (403, None)
        for unit, reader in (("1001", LISTED), ("1002", None)):
            url = f"{base}{path}{slash}?unit_id={unit}&user_id={device.user}"
            answer = web.request("GET", url, {"origin": LISTED})
            assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, reader)
            assert answer.headers["vary"] == (reader and "origin")
    assert web.get(f"{sides[0]}{path}{slash}?unit_id=1001&user_id=u1").served_by == "lambda"


@pytest.mark.parametrize("slash", ["", "/"])
def test_no_page_may_send_a_batch_whose_answer_it_could_not_read(device: Device, slash: str) -> None:
    preflight = {"origin": LISTED, "access-control-request-method": "POST"}
    sides = (device.stack.url, device.stack.django_url)
    answers = [web.request("OPTIONS", f"{base}/api/v1/events{slash}", preflight) for base in sides]
    for answer in answers:
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (403, None)
        assert answer.json["type"] == "urn:lockfill:problem:origin-not-allowed"
    assert answers[0].body == answers[1].body


def test_a_beacon_is_counted_through_the_balancer(device: Device) -> None:
    [shown, *_] = device.ask("ads")["slots"]
    for kind in ("impression_url", "click_url"):
        for slash in ("", "/"):
            url = f"{shown['tracking'][kind]}{slash}"
            headers = {"origin": LISTED, "content-type": "text/plain;charset=UTF-8"}
            answer = web.request("POST", url, headers, f"{uuid.uuid4()}")
            assert (answer.status, answer.body, answer.headers["x-lockfill-degraded"]) == (204, b"", None)


def test_a_debugging_request_needs_its_token_from_a_page_as_from_anything_else(device: Device) -> None:
    url = f"{device.stack.url}{PATHS[0]}?unit_id=1001&user_id={device.user}&explain=1"
    assert web.request("GET", url, {"origin": LISTED}).status == 401
    assert web.request("GET", url, debug_header()).status == 200
