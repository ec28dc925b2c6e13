"""The smoke test: does the balancer hand out allocations from the release that was deployed."""

import time
from http.client import HTTPException
from urllib.parse import urlencode

from .. import web
from ..console import Failure

APIS = ("ads", "contents", "lockscreen")
# An environment of the old release may answer for a moment after the deployment.
SECONDS_MAX = 20.0
ROUNDS = 3
_SECONDS_BETWEEN_TRIES = 0.5
_TIMEOUT_SECONDS = 15.0
_BODY_SHOWN_MAX = 160
# Under limit-ad-tracking nothing is read or written about the user.
_NO_USER = {"user_id": "smoke-test", "limit_ad_tracking": "1"}


def check(url: str, unit: str, *, is_served: bool) -> None:
    """Asks each API several times. Raises Failure with the first answer that is wrong.

    `is_served`: whether a version of the catalog is served. Without one, functions say so with a 503.
    """
    deadline = time.monotonic() + SECONDS_MAX
    for _ in range(ROUNDS):
        for api in APIS:
            query = urlencode({"unit_id": unit, "count": 1, **_NO_USER})
            _expect(f"{url}/api/v1/allocation/{api}?{query}", (200,) if is_served else (503,), deadline)
        # A token of no one: the function of events refuses it, in an answer of its own.
        _expect(
            f"{url}/api/v1/events/impression/smoke-test", (400, 404, 410) if is_served else None, deadline
        )


def _expect(url: str, statuses: tuple[int, ...] | None, deadline: float) -> None:
    while (wrong := _wrong(url, statuses)) and time.monotonic() < deadline:
        time.sleep(_SECONDS_BETWEEN_TRIES)
    if wrong:
        raise Failure(f"the smoke test failed: GET {url.partition('?')[0]} {wrong}")


def _wrong(url: str, statuses: tuple[int, ...] | None) -> str:
    """What is wrong with an answer; empty if nothing is."""
    try:
        answer = web.request("GET", url, {"user-agent": "lockfill-smoke-test"}, timeout=_TIMEOUT_SECONDS)
    # Whatever comes back that is no answer of HTTP fails the test, and the release before is restored.
    except (OSError, HTTPException, ValueError) as error:
        return f"was not answered ({type(error).__name__})"
    if answer.served_by != "lambda":
        return f"was answered with {answer.status}, and not by a function: {_shown(answer.body)}"
    if statuses and answer.status not in statuses:
        return f"was answered with {answer.status}: {_shown(answer.body)}"
    # The function could not load the version that is served.
    if "catalog" in (answer.headers["x-lockfill-degraded"] or ""):
        return "was answered from a catalog that is not the served one"
    return ""


def _shown(body: bytes) -> str:
    return " ".join(body[:_BODY_SHOWN_MAX].decode(errors="replace").split())
