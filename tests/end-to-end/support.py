"""What the end-to-end tests share: stacks, requests, and a look at the processes below them.

`scripts/test --only end-to-end` runs them; by hand, put `scripts/lib` on PYTHONPATH.
"""

import atexit
import functools
import json
import os
import shutil
import signal
import tempfile
import time
import unittest
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lockfill import LOCAL, local_secrets, web
from lockfill.stack import DEMO_CATALOG, Stack

FOLDERS = LOCAL / "test" / "end-to-end"
LOCKSCREEN = "/api/v1/allocation/lockscreen"
# The line item of the demonstration catalog that is for everybody, twice a day.
CAPPED = "li-1001"


_stacks: list[Stack] = []


def new_stack(**settings: Any) -> Stack:
    """A stack of one's own in a folder of its own; both are gone when the tests are."""
    FOLDERS.mkdir(parents=True, exist_ok=True)
    stack = Stack(Path(tempfile.mkdtemp(dir=FOLDERS)), quiet=True, **settings)
    # Before it is started: what came up halfway has to go as well.
    _stacks.append(stack)
    stack.start()
    return stack


def _end_all() -> None:
    while _stacks:
        stack = _stacks.pop()
        stack.stop()
        shutil.rmtree(stack.folder, ignore_errors=True)


def _end_on_signal(number: int, _frame: object) -> None:
    # Not by an exception: unittest would take it for a failed test and go on with the next.
    signal.signal(number, signal.SIG_IGN)
    _end_all()
    os._exit(128 + number)


atexit.register(_end_all)
signal.signal(signal.SIGTERM, _end_on_signal)


@functools.cache
def shared_stack() -> Stack:
    """The stack of all tests that break nothing and publish nothing."""
    return new_stack()


class EndToEnd(unittest.TestCase):
    """A test against the shared stack, as a user whom nobody else is."""

    stack: Stack

    @classmethod
    def setUpClass(cls) -> None:
        cls.stack = shared_stack()

    def setUp(self) -> None:
        self.user = f"user-{uuid.uuid4()}"

    def get(self, path: str, **headers: str) -> web.Answer:
        return web.get(f"{self.stack.url}{path}", **headers)

    def ask(self, kind: str = "lockscreen", **parameters: Any) -> dict[str, Any]:
        """An allocation that must succeed, as JSON; for this test's user on the Korean unit unless told."""
        answer = self.answer(kind, **parameters)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def answer(self, kind: str = "lockscreen", **parameters: Any) -> web.Answer:
        query = urlencode({"unit_id": "1001", "user_id": self.user, **parameters}, doseq=True)
        headers = debug_header() if "now" in parameters or "explain" in parameters else {}
        return self.get(f"/api/v1/allocation/{kind}?{query}", **headers)


def debug_header() -> dict[str, str]:
    return {"authorization": f"Bearer {local_secrets.read('debug-token')}"}


def ids(document: dict[str, Any]) -> list[str]:
    return [slot["id"] for slot in document["slots"]]


def decided(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The slots without what differs from answer to answer."""
    return [{key: value for key, value in slot.items() if key != "tracking"} for slot in document["slots"]]


def slot(document: dict[str, Any], item_id: str) -> dict[str, Any]:
    return next(slot for slot in document["slots"] if slot["id"] == item_id)


def within_one_minute(attempt: Callable[[], None]) -> None:
    """Runs an attempt whose requests must fall into the same minute; once more if they did not."""
    for _ in range(2):
        minute = int(time.time() // 60)
        try:
            attempt()
            return
        except AssertionError:
            if int(time.time() // 60) == minute:
                raise
    attempt()


def eventually(what: str, ready: Callable[[], Any], seconds: float = 10.0) -> Any:
    """What `ready` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := ready()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not after {seconds:.0f} s: {what}")
        time.sleep(0.01)
    return found


def demo_catalog() -> dict[str, Any]:
    return json.loads(DEMO_CATALOG.read_text())


def has_unread_bytes(port: int) -> bool:
    """Whether bytes have arrived at a port of this machine that its server has not read."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, connection, queues, *_ = line.split()
        is_established, unread = connection == "01", int(queues.split(":")[1], 16)
        if is_established and int(local.split(":")[1], 16) == port and unread > 0:
            return True
    return False
