"""What the balancer and the functions make of requests that no client should send.

The same requests as in-process, from `tests/fixtures/malformed`, over sockets of our own: an HTTP library
would refuse to send most of them.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

import hostile
from device import Device
from hostile import Case, exchange
from lockfill.stopwatch import Stopwatch


def each(corpus: Callable[[], Iterable[Case]]) -> pytest.MarkDecorator:
    """One test for each request of a corpus."""
    return pytest.mark.parametrize("case", list(corpus()), ids=lambda case: case.describes)


def check(port: int, case: Case) -> None:
    """A problem document of the status, a device's answer, or the balancer's own refusal of what is too
    long for it.
    """
    stopwatch = Stopwatch()
    reply = exchange(port, case.message())
    assert stopwatch.seconds() < 5
    if case.is_refused_by_the_balancer:
        assert reply.status == 414
        return
    assert reply.status == case.status, reply.body[:500]
    if case.status == 200:
        assert case.ignored is None or reply.headers["x-lockfill-ignored"] == case.ignored
        return
    assert reply.headers["content-type"] == "application/problem+json"
    document = json.loads(reply.body)
    assert [error["field"] for error in document.get("errors", [])] == case.fields


@each(hostile.values)
def test_no_parameter_takes_what_it_must_not_be(device: Device, case: Case) -> None:
    check(device.stack.port, case)


@each(hostile.queries)
def test_a_hostile_query_is_a_problem_that_names_what_is_wrong(device: Device, case: Case) -> None:
    check(device.stack.port, case)


@each(hostile.bodies)
def test_a_hostile_body_is_a_problem_in_whatever_type_it_comes(device: Device, case: Case) -> None:
    check(device.stack.port, case)


@each(hostile.authorizations)
def test_no_header_but_the_right_one_opens_debugging(device: Device, case: Case) -> None:
    check(device.stack.port, case)


@each(hostile.paths)
def test_hostile_paths_and_tokens_are_problems(device: Device, case: Case) -> None:
    if "LINK" in case.target:
        link = device.ask(country="KR")["slots"][0]["tracking"]["impression_url"]
        case = replace(case, target=case.target.replace("LINK", link.rsplit("/", 1)[1]))
    check(device.stack.port, case)
