"""What a device does: asks for allocations, follows links."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, TypeVar
from urllib.parse import urlencode

import stacks
from lockfill import local_secrets, web
from lockfill.stack import Stack
from lockfill.web import Answer

LOCKSCREEN, ADS, CONTENTS = "lockscreen", "ads", "contents"
DEADLINE_SECONDS = 20.0

Slot = dict[str, Any]
T = TypeVar("T")

# Every user that any test has brought, for the test that looks for them in logs.
users: list[str] = []


def new_user() -> str:
    """A user whom nobody has seen yet, under a name that is found nowhere by chance."""
    users.append(f"somebody-{uuid.uuid4().hex}")
    return users[-1]


def parameters(**changes: Any) -> dict[str, Any]:
    """A request of a new user in Korea, but for the changes; `None` takes a parameter away."""
    wanted = {"unit_id": "1001", "user_id": None, "country": "KR", **changes}
    if "user_id" not in changes:
        wanted["user_id"] = new_user()
    return {name: value for name, value in wanted.items() if value is not None}


def url(kind: str, wanted: dict[str, Any], stack: Stack | None = None) -> str:
    base = (stack or stacks.shared()).url
    return f"{base}/api/v1/allocation/{kind}?{urlencode(wanted, doseq=True)}"


def allocate(kind: str, stack: Stack | None = None, **changes: Any) -> Answer:
    return web.request("GET", url(kind, parameters(**changes), stack))


def allocate_as_debugger(kind: str, **changes: Any) -> Answer:
    headers = {"authorization": f"Bearer {local_secrets.read('debug-token')}"}
    return web.request("GET", url(kind, parameters(**changes)), headers)


def slots(answer: Answer) -> list[Slot]:
    if answer.status != 200:
        raise AssertionError(f"status {answer.status}: {answer.body!r}")
    return answer.json["slots"]


def ids(answer: Answer) -> list[str]:
    return [slot["id"] for slot in slots(answer)]


def slot_of(item: str, answer: Answer) -> Slot:
    """The first slot that an item has; fails if it has none."""
    for slot in slots(answer):
        if slot["id"] == item:
            return slot
    raise AssertionError(f"{item} is not among {ids(answer)}")


def comparable(answer: Answer) -> dict[str, Any]:
    """An answer without what no two answers share: its id, and the tokens that name it."""
    document = {name: value for name, value in answer.json.items() if name != "request_id"}
    document["slots"] = [
        {name: value for name, value in slot.items() if name != "tracking"}
        for slot in slots(answer)
    ]
    return document


def within_one_minute(ask: Callable[[], T]) -> T:
    """What was asked within one minute of the clock: decisions may change with the next."""
    while True:
        minute = _minute()
        answers = ask()
        if _minute() == minute:
            return answers


def zone_at_noon() -> str:
    """A time zone where neither a day nor a week ends soon, whenever the tests run."""
    offset = 12 - datetime.now(timezone.utc).hour
    # POSIX signs: Etc/GMT-9 is nine hours ahead of Greenwich.
    return f"Etc/GMT{-offset:+d}" if offset else "Etc/GMT"


def wait_until(condition: Callable[[], T], what: str, seconds: float = DEADLINE_SECONDS) -> T:
    """Polls until the condition gives something true."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.01)


def _minute() -> int:
    return int(time.time()) // 60
