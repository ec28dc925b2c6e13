"""`scripts/dev --check`: uses each API and page once, and prints what came back."""

import time
from collections.abc import Callable
from itertools import groupby
from typing import Any

from . import local_secrets, monolith, web
from .console import Failure, say
from .stack import Stack

ALLOCATION = "/api/v1/allocation"
QUERY = "unit_id=1001&user_id=check&country=KR"


def check(stack: Stack) -> None:
    """Makes all tries, and then raises Failure if one of them was wrong."""
    tries: list[tuple[str, Callable[[], str]]] = [
        ("ads", lambda: _allocation(stack, "ads", {"ad"})),
        ("contents", lambda: _allocation(stack, "contents", {"content"})),
        ("lockscreen", lambda: _allocation(stack, "lockscreen", {"ad", "content"})),
        ("impression and click", lambda: _events(stack)),
        ("Django page", lambda: _django_page(stack)),
        ("admin login", lambda: _admin_login(stack)),
    ]
    wrong = 0
    for name, attempt in tries:
        try:
            say(f"  {name:<22} {attempt()}")
        except (Failure, OSError, LookupError, ValueError, TypeError) as error:
            wrong += 1
            say(f"  {name:<22} WRONG: {error}")
    if wrong:
        raise Failure(f"{wrong} of {len(tries)} checks were wrong; logs are in {stack.logs}")


def _expect(condition: bool, problem: str) -> None:
    if not condition:
        raise Failure(problem)


def _allocate(stack: Stack, kind: str) -> dict[str, Any]:
    answer = web.get(f"{stack.url}{ALLOCATION}/{kind}?{QUERY}")
    _expect(answer.status == 200, f"status {answer.status}: {answer.body[:200]!r}")
    _expect(answer.served_by == "lambda", f"served by {answer.served_by}")
    document: dict[str, Any] = answer.json
    return document


def _allocation(stack: Stack, kind: str, kinds: set[str]) -> str:
    document = _allocate(stack, kind)
    slots = document["slots"]
    _expect([slot["position"] for slot in slots] == list(range(1, len(slots) + 1)), "slots are not in order")
    _expect({slot["kind"] for slot in slots} == kinds, f"kinds are not {sorted(kinds)}")
    ids = " ".join(slot["id"] for slot in slots[:4])
    runs = ", ".join(f"{len(list(run))} {kind}" for kind, run in groupby(slot["kind"] for slot in slots))
    return f"200 lambda, catalog {document['catalog_version']}: {runs} ({ids} ...)"


def _events(stack: Stack) -> str:
    tracking = _allocate(stack, "ads")["slots"][0]["tracking"]
    impression = web.get(tracking["impression_url"])
    _expect(impression.status == 200, f"impression: status {impression.status}")
    _expect(impression.headers["x-lockfill-degraded"] is None, "impression: it was not counted")
    _expect(impression.headers["x-lockfill-recorded"] == "yes", "impression: it was not recorded")
    # A click within a second of the answer is no person's.
    time.sleep(1.1)
    click = web.get(tracking["click_url"])
    _expect(click.status == 302, f"click: status {click.status}")
    _expect(click.headers["x-lockfill-recorded"] == "yes", "click: it was not recorded")
    token = tracking["click_url"].rpartition("/")[2]
    batch = web.post_json(f"{stack.url}/api/v1/events", {"events": [{"token": token, "kind": "click"}]})
    _expect(batch.json == {"results": [{"recorded": "repeated"}]}, f"batch: {batch.body[:200]!r}")
    pixel, page = impression.headers["content-type"], click.headers["location"]
    return f"{impression.status} {pixel}, {click.status} to {page}, a batch {batch.status}"


def _django_page(stack: Stack) -> str:
    answer = web.get(f"{stack.url}/admin/login/")
    _expect(answer.status == 200, f"status {answer.status}")
    _expect(answer.served_by == "django", f"served by {answer.served_by}")
    return "200 django: /admin/login/"


def _admin_login(stack: Stack) -> str:
    password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
    answer = web.log_in(stack.url, monolith.ADMIN_USERNAME, password)
    _expect(answer.status == 302, f"status {answer.status}")
    _expect("sessionid" in web.cookies(answer), "no session")
    return f"302 django: to {answer.headers['location']}"
