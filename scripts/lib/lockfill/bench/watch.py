"""Clients that ask functions while a catalog is published, and what their answers show of it."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import NamedTuple
from urllib.parse import urlsplit

from ..stack import CATALOG_TABLE, Stack
from .generator import DEGRADED

FUNCTIONS = ("ads", "contents", "lockscreen")
# They ask at the same time, so that a function keeps as many environments running. Clients that ask when
# they like leave one to a request in some seconds, and it cannot serve a new version before it is asked.
_CLIENTS_PER_FUNCTION = 2
_PAUSE_SECONDS = 0.03
_POINTER_PAUSE_SECONDS = 0.01
_TIMEOUT_SECONDS = 30.0
# No unmarked answer has the version of before later than this after the flip.
OLD_SECONDS_MAX = 2.0
# The local DynamoDB wants a signature, and does not check it.
_SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
    "x-amz-date": "20260101T000000Z",
    "x-amz-target": "DynamoDB_20120810.GetItem",
    "content-type": "application/x-amz-json-1.0",
}
_POINTER = {
    "TableName": CATALOG_TABLE,
    "Key": {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}},
    "ConsistentRead": True,
}


class Seen(NamedTuple):
    """An answer; times are of the monotonic clock."""

    function: str
    sent_at: float
    received_at: float
    # 0 if there was no answer.
    status: int
    # 0 if the answer names none.
    version: int
    # Whether it says that the catalog may be an old one.
    is_marked: bool


class Flip(NamedTuple):
    """When a reader first found the pointer at a version, by the monotonic clock."""

    version: int
    seen_at: float


class Watch:
    """Asks all functions, and reads the pointer, from `start` to `stop`."""

    def __init__(self, stack: Stack) -> None:
        self.seen: list[Seen] = []
        self.flips: list[Flip] = []
        self._stack = stack
        self._is_over = threading.Event()
        self._rounds = {each: threading.Barrier(_CLIENTS_PER_FUNCTION) for each in FUNCTIONS}
        clients = [each for each in FUNCTIONS for _ in range(_CLIENTS_PER_FUNCTION)]
        self._threads = [
            threading.Thread(target=self._ask, args=(number, each)) for number, each in enumerate(clients)
        ]
        self._threads.append(threading.Thread(target=self._follow))

    def __enter__(self) -> "Watch":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        for of_function in self._rounds.values():
            of_function.abort()
        for thread in self._threads:
            thread.join()

    def flip_to_another(self, version: int) -> Flip | None:
        """The first flip to another version; None before it."""
        return next((flip for flip in self.flips if flip.version != version), None)

    def _ask(self, number: int, function: str) -> None:
        client = _Client(self._stack.url)
        target = f"/api/v1/allocation/{function}?unit_id=1001&country=KR&user_id=watch-{number}"
        while not self._is_over.wait(_PAUSE_SECONDS):
            try:
                self._rounds[function].wait()
            except threading.BrokenBarrierError:
                return
            self.seen.append(ask(client, function, target))

    def _follow(self) -> None:
        client, body = _Client(self._stack.dynamodb_url), json.dumps(_POINTER)
        while not self._is_over.wait(_POINTER_PAUSE_SECONDS):
            status, _, text = client.send("POST", "/", body, _SIGNED)
            item = json.loads(text).get("Item") if status == 200 else None
            version = int(item["version"]["N"]) if item else 0
            if version and (not self.flips or self.flips[-1].version != version):
                self.flips.append(Flip(version, time.monotonic()))


class _Client:
    """A connection that is made again after a failure."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        self._connect: Callable[[], HTTPConnection] = lambda: HTTPConnection(
            host, port, timeout=_TIMEOUT_SECONDS
        )
        self._connection = self._connect()

    def send(
        self, method: str, target: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str, bytes]:
        """Status, mark and body of the answer; status 0 if there was none."""
        try:
            self._connection.request(method, target, body, headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.headers[DEGRADED] or "", answer.read()
        except (OSError, HTTPException):
            self._connection.close()
            self._connection = self._connect()
            return 0, "", b""


def ask(client: _Client, function: str, target: str) -> Seen:
    """Asks a function once."""
    sent_at = time.monotonic()
    status, mark, body = client.send("GET", target)
    version = int(json.loads(body)["catalog_version"]) if status == 200 else 0
    return Seen(function, sent_at, time.monotonic(), status, version, "catalog" in mark)


class Verdict(NamedTuple):
    """What answers show of one publication. Seconds are from the flip."""

    requests: int
    failed: int
    marked: int
    # Of the last answer with the version of before that is not marked, when it was asked for.
    last_unmarked_old_seconds: float
    # How many were asked for later than they may be.
    unmarked_old_too_late: int
    # Of the last answer with the version of before, marked or not: from then on all environments
    # serve the new one.
    all_serve_seconds: float


def judge(seen: Sequence[Seen], flip: Flip, functions: Sequence[str] = FUNCTIONS) -> Verdict:
    """Judges the answers to all clients. Raises ValueError if a function never served the new version."""
    old = [each for each in seen if each.status == 200 and each.version < flip.version]
    unmarked = [each.sent_at - flip.seen_at for each in old if not each.is_marked]
    served = []
    for function in functions:
        new = [each for each in seen if each.function == function and each.version >= flip.version]
        if not new:
            raise ValueError(f"{function} does not serve version {flip.version}")
        served.append(min(each.received_at for each in new))
    last = max([*served, *(each.received_at for each in old)])
    return Verdict(
        requests=len(seen),
        failed=sum(each.status != 200 for each in seen),
        marked=sum(each.is_marked for each in seen),
        last_unmarked_old_seconds=max([0.0, *unmarked]),
        unmarked_old_too_late=sum(late > OLD_SECONDS_MAX for late in unmarked),
        all_serve_seconds=last - flip.seen_at,
    )
