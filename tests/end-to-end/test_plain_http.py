"""The functions as plain HTTP servers, on the stores that the stack's functions use under Lambda."""

import http.client
import json
import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from device import DEGRADED, LOCKSCREEN, Device, debug_header
from lockfill import build, web
from lockfill.processes import clean_environment, start
from lockfill.stack import Stack
from plain_functions import serve
from waiting import eventually, within_one_minute

pytestmark = pytest.mark.alone

QUERIES = (
    "unit_id=1001&user_id={user}&country=KR",
    "unit_id=1001&user_id={user}&country=KR&timezone=Asia%2FSeoul&interests=sports&interests=news&count=7",
    "unit_id=1003&user_id={user}%20%2B%26&language=ko&kv.%ED%95%9C=a%3Db+c",
    "unit_id=1001&user_id={user}&country=KR&limit_ad_tracking=1&shown=li-1001:1:1795000000",
    "unit_id=1001&user_id={user}&country=Korea&count=0",
    "unit_id=1001&user_id={user}&country=KR&country=JP",
    "unit_id=nobody&user_id={user}",
    "unit_id=1001&user_id={user}&now=2026-11-23T00:00:00Z",
    "",
)
COMPARED = ("content-type", "cache-control", "allow", "www-authenticate", DEGRADED)
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def urls(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Each function as a server, by its name."""
    folder = tmp_path_factory.mktemp("plain-http")
    with ExitStack() as running:
        servers = {name: running.enter_context(serve(stack, name, folder)) for name in build.FUNCTIONS}
        yield {name: server.url for name, server in servers.items()}


def comparable(answer: web.Answer) -> dict[str, Any]:
    """What does not depend on how a function is run: all but ids, tokens and the server's name."""
    document = answer.json
    document.pop("request_id", None)
    for slot in document.get("slots", []):
        slot.pop("tracking", None)
    return {"status": answer.status, "json": document} | {name: answer.headers[name] for name in COMPARED}


@pytest.mark.parametrize("name", ["ads", "contents", "lockscreen"])
@pytest.mark.parametrize("query", QUERIES)
def test_answers_are_those_of_the_same_function_under_lambda(
    device: Device, urls: dict[str, str], name: str, query: str
) -> None:
    target = f"/api/v1/allocation/{name}?{query.format(user=device.user)}"

    def attempt() -> None:
        plain, under_lambda = web.get(urls[name] + target), device.get(target)
        assert comparable(plain) == comparable(under_lambda)
        assert (plain.served_by, under_lambda.served_by) == ("http", "lambda")

    within_one_minute(attempt)


@pytest.mark.parametrize("content", [None, "{", b"\xff\xfe"], ids=["whole", "cut off", "not text"])
def test_bodies_are_read_as_under_lambda(
    device: Device, urls: dict[str, str], content: str | bytes | None
) -> None:
    body = {"unit_id": "1001", "user_id": device.user, "country": "KR", "interests": ["sports"]}
    sent = content or json.dumps({**body, "kv": {"한": "값"}})
    same_answers(device, urls, "POST", LOCKSCREEN, {"content-type": "application/json"}, sent)


def test_methods_are_refused_as_under_lambda(device: Device, urls: dict[str, str]) -> None:
    same_answers(device, urls, "DELETE", f"{LOCKSCREEN}?unit_id=1001&user_id=u", {}, None)


def test_debugging_answers_as_under_lambda(device: Device, urls: dict[str, str]) -> None:
    asked = f"{LOCKSCREEN}?unit_id=1001&user_id={device.user}&explain=1&now=2026-11-23T08:00:00%2B09:00"
    same_answers(device, urls, "GET", asked, debug_header(), None)


def same_answers(
    device: Device,
    urls: dict[str, str],
    method: str,
    target: str,
    headers: dict[str, str],
    content: str | bytes | None,
) -> None:
    def attempt() -> None:
        plain, under_lambda = (
            comparable(web.request(method, url + target, headers, content))
            for url in (urls["lockscreen"], device.stack.url)
        )
        assert plain == under_lambda

    within_one_minute(attempt)


def test_a_showing_is_counted_for_links_of_a_plain_server_too(device: Device, urls: dict[str, str]) -> None:
    query = f"unit_id=1001&user_id={device.user}&country=KR"
    shown = web.get(f"{urls['ads']}/api/v1/allocation/ads?{query}").json
    link = urlsplit(shown["slots"][0]["tracking"]["impression_url"]).path
    answer = web.get(urls["events"] + link)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
    assert web.get(f"{urls['events']}/api/v1/events/click/nothing").status == 400


@pytest.mark.parametrize("name", build.FUNCTIONS)
def test_a_health_check_is_answered_and_other_paths_are_not(urls: dict[str, str], name: str) -> None:
    assert web.get(f"{urls[name]}/healthz").body == b"ok\n"
    assert web.get(f"{urls[name]}/").status == 404


def test_a_body_over_one_mebibyte_is_a_413_and_one_below_is_read(urls: dict[str, str]) -> None:
    url = urls["lockscreen"] + LOCKSCREEN
    largest = b'{"unit_id":"1001","user_id":"u"}'.ljust(MEBIBYTE)
    assert web.request("POST", url, {}, largest).status == 200
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(largest) + 1, largest + b" ")
    for headers, body in (({}, largest + b" "), ({"transfer-encoding": "chunked"}, chunked)):
        answer = web.request("POST", url, headers, body)
        assert (answer.status, answer.json["type"]) == (413, "urn:lockfill:problem:body-too-large")


def test_many_requests_at_once_are_all_answered(urls: dict[str, str]) -> None:
    url = f"{urls['lockscreen']}{LOCKSCREEN}?unit_id=1001&country=KR&user_id="
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda number: web.get(f"{url}{number}"), range(200)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.headers[DEGRADED] for answer in answers} == {None}


def test_sigterm_lets_a_request_under_way_end_and_takes_no_other(
    stack: Stack, user: str, tmp_path: Path
) -> None:
    body = json.dumps({"unit_id": "1001", "user_id": user, "country": "KR"}).encode()
    line = "POST /api/v1/allocation/ads HTTP/1.1"
    head = f"{line}\r\nhost: a\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    with serve(stack, "ads", tmp_path) as server:
        port = urlsplit(server.url).port or 0
        with closing(socket.create_connection(("127.0.0.1", port), 10)) as client:
            client.sendall(head + body[:10])
            # An answer on a later connection shows that this one has been taken.
            assert web.get(f"{server.url}/healthz").status == 200
            os.kill(server.child.process.pid, signal.SIGTERM)
            eventually("the port is closed", lambda: is_closed(port))
            client.sendall(body[10:])
            response = http.client.HTTPResponse(client)
            response.begin()
            assert response.status == 200
            assert json.loads(response.read())["slots"]
        assert server.child.process.wait(10) == 0


def is_closed(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_without_a_runtime_and_an_address_a_function_says_so_and_ends(stack: Stack, tmp_path: Path) -> None:
    env = {**clean_environment(), **stack.function_variables()}
    child = start("ads", [stack.programs / "ads"], tmp_path / "ads.log", env)
    try:
        assert child.process.wait(10) == 1
    finally:
        child.stop()
    assert "LOCKFILL_HTTP_ADDRESS is not set" in child.log.read_text()
