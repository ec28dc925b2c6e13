"""Django and the functions answer allocations with the same bytes, from the same stores.

What must differ is taken out: the answer's id, also in tokens, and the tags of tokens.
"""

import base64
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

import hostile
from asking import Questions, flattened
from device import CAPPED, DEGRADED, LOCKSCREEN, Device, debug_header, ids
from lockfill import web
from lockfill.stack import Stack
from waiting import within_one_minute

pytestmark = pytest.mark.alone

GATES = "x-lockfill-gates"
COMPARED_HEADERS = (
    *("content-type", "cache-control", "allow", "www-authenticate", "retry-after"),
    *(DEGRADED, GATES, "x-lockfill-ignored"),
)
TAG_BYTES = 16
KINDS = ("ads", "contents", "lockscreen")
QUESTIONS = 300
# For so long the two sides may decide on different tables of gates, or a store may be late.
SETTLED_SECONDS = 10.0


@dataclass
class Compared:
    """What is compared of an answer."""

    status: int
    headers: dict[str, str | None]
    body: bytes


def comparable(body: bytes) -> bytes:
    """An answer without its id, and with tokens' claims in their place."""

    def claims(token: re.Match[bytes]) -> bytes:
        signed = base64.urlsafe_b64decode(token[1] + b"=" * (-len(token[1]) % 4))
        before, request_id, payload = signed[:2], signed[2:18], signed[18:-TAG_BYTES]
        # The horizon counts from the time of the id, which is compared as the end of the slate.
        issued_at = int.from_bytes(request_id[:6], "big") // 1_000
        (version, at) = varint(payload, 8)
        (horizon, end) = varint(payload, at)
        claims = [before, payload[:8], str((version, issued_at + horizon)).encode(), payload[end:]]
        return b" ".join(part.hex().encode() for part in claims)

    body = re.sub(rb'"request_id":"[^"]*"', b'"request_id":"*"', body)
    return re.sub(rb"dev1\.([A-Za-z0-9_-]+)", claims, body)


def varint(payload: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a byte (LEB128), and where it ends."""
    value = shift = 0
    while True:
        value |= (payload[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if payload[at - 1] < 0x80:
            return value, at


def ask_both(stack: Stack, path: str, body: object = None) -> tuple[Compared, Compared]:
    """What the function and Django answer, as the holder of the debug token."""
    answers = []
    for base in (stack.url, stack.django_url):
        if body is None:
            answer = web.get(f"{base}{path}", **debug_header())
        else:
            answer = web.request("POST", f"{base}{path}", debug_header(), json.dumps(body).encode())
        kept = {name: answer.headers[name] for name in COMPARED_HEADERS}
        answers.append(Compared(answer.status, kept, comparable(answer.body)))
    return answers[0], answers[1]


def may_differ(*answers: Compared) -> bool:
    """Whether a side has another table of gates, or a mark: a store did not answer it in time."""
    versions = {answer.headers[GATES] for answer in answers}
    return len(versions) > 1 or any(answer.headers[DEGRADED] for answer in answers)


def settled(ask: Callable[[], tuple[Compared, Compared]]) -> tuple[Compared, Compared]:
    """Both sides' answers, asked for again while they may differ. A table of gates is new each minute, and
    one side has it before the other.
    """
    deadline = time.monotonic() + SETTLED_SECONDS
    function, django = ask()
    while function != django and may_differ(function, django) and time.monotonic() < deadline:
        time.sleep(0.2)
        function, django = ask()
    return function, django


def require_same(stack: Stack, path: str, body: object = None) -> None:
    def attempt() -> None:
        function, django = settled(lambda: ask_both(stack, path, body))
        assert django == function, f"{path} {body}"

    within_one_minute(attempt)


def bad_requests() -> Iterator[hostile.Case]:
    for corpus in (hostile.values, hostile.queries, hostile.bodies, hostile.authorizations, hostile.paths):
        for case in corpus():
            if not case.is_refused_by_the_balancer:
                yield case


def test_hundreds_of_questions_have_the_same_answers(stack: Stack) -> None:
    chance = random.Random(5)  # noqa: S311 (no secret)
    questions = Questions(chance)
    differing = []
    for _ in range(QUESTIONS):
        path, parameters = f"/api/v1/allocation/{chance.choice(KINDS)}", questions.draw()
        is_post = chance.random() < 0.5
        try:
            if is_post:
                require_same(stack, path, parameters)
            else:
                require_same(stack, f"{path}?{urlencode(flattened(parameters), doseq=True)}")
        except AssertionError as error:
            differing.append(str(error))
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("case", list(bad_requests()), ids=lambda case: case.describes)
def test_hundreds_of_bad_requests_have_the_same_answers(stack: Stack, case: hostile.Case) -> None:
    def ask() -> tuple[Compared, Compared]:
        replies = []
        for base in (stack.url, stack.django_url):
            reply = hostile.exchange(urlsplit(base).port or 0, case.message(host="localhost"))
            kept = {name: reply.headers.get(name) for name in COMPARED_HEADERS}
            replies.append(Compared(reply.status, kept, comparable(reply.body)))
        return replies[0], replies[1]

    def attempt() -> None:
        function, django = settled(ask)
        assert django == function

    within_one_minute(attempt)


def test_the_bad_requests_are_hundreds() -> None:
    assert len(list(bad_requests())) > 300


def test_what_is_seen_through_djangos_links_counts_on_both_sides(device: Device) -> None:
    stack = device.stack
    query = urlencode({"unit_id": "1001", "user_id": device.user, "country": "KR", "count": 3})
    for _ in range(2):
        document = web.get(f"{stack.django_url}{LOCKSCREEN}?{query}").json
        ad = next(slot for slot in document["slots"] if slot["id"] == CAPPED)
        assert web.get(ad["tracking"]["impression_url"]).status < 300
    for base in (stack.url, stack.django_url):
        document = web.get(f"{base}{LOCKSCREEN}?{query}").json
        assert CAPPED not in ids(document), "it is shown twice a day and no more"
    require_same(stack, f"{LOCKSCREEN}?{query}&explain=1")
