"""What a request sends, stores and keeps, measured on a stack of this machine."""

import json
import shutil
import socket
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from .. import LOCAL, web
from ..console import step
from ..stack import EVENTS_TABLE, Stack

# Users who ask, and slots in each answer; all slots of all answers are shown.
USERS, SLOTS = 20, 10
_MARKER_LENGTH = len(b"lockfill:{abc")
# The member by which CloudWatch knows a line with metrics.
_METRICS = b'"_aws"'
_QUESTION = "unit_id=1001&country=KR&count=10"
_AGENT = {"user-agent": "okhttp/4.12.0"}
# The local server demands the form of a signature.
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
)

UNITS = {
    "allocation_bytes": f"request and answer of an allocation of {SLOTS} slots, head and body",
    "event_bytes": "request and answer of a tracking link",
    "slots": "slots of such an answer",
    "log_bytes_per_request": "log lines of an allocation that succeeds, those of metrics left out",
    "metric_line_bytes": "a log line with an environment's metrics",
    "allocation_redis_commands": "commands to Redis of an allocation, those in scripts too",
    "event_redis_commands": "commands to Redis of an event, those in scripts too",
    "event_item_bytes": "an event in the ledger",
    "redis_bytes_per_user": f"what is kept of a user who has seen {SLOTS} slots",
    "redis_bytes_per_event": "what is kept of an event, so that a repeated one counts once",
}


def measure() -> dict[str, float]:
    """Starts a stack, has users ask and report, and looks at what came of it."""
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="cost-", dir=LOCAL))
    stack = Stack(folder)
    try:
        stack.start()
        with step("measuring bytes and writes"):
            return _measured(stack)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(stack: Stack) -> dict[str, float]:
    # It looks at Redis each second, which would be counted.
    stack.children.pop("ledger-cli").stop()
    commands_before = _commands(stack)
    log = stack.logs / "local-alb.log"
    logged_before = len(log.read_bytes())
    answers, sent = [], 0
    for number in range(USERS):
        path = f"/api/v1/allocation/lockscreen?{_QUESTION}&user_id=cost-{number}"
        answer = web.request("GET", stack.url + path, _AGENT)
        sent += (
            len(path)
            + _header_bytes(_AGENT.items())
            + len(answer.body)
            + _header_bytes(answer.headers.items())
        )
        answers.append(answer.json)
    lines = log.read_bytes()[logged_before:].splitlines(keepends=True)
    of_metrics = [len(line) for line in lines if _METRICS in line]
    logged = sum(map(len, lines)) - sum(of_metrics)
    commands_of_allocations = _commands(stack) - commands_before
    events, event_bytes = 0, 0
    for answer in answers:
        for slot in answer["slots"]:
            link = slot["tracking"]["impression_url"]
            reported = web.request("GET", link, _AGENT)
            event_bytes += _bytes(link, reported)
            events += reported.headers["x-lockfill-recorded"] == "yes"
    # A user's keys have the user's digest in braces; the markers of known histories have three letters there.
    keys = {
        name: size for name, size in _keys(stack).items() if len(name.partition(b"}")[0]) > _MARKER_LENGTH
    }
    reports = [size for name, size in keys.items() if b":impression:" in name]
    items = _items(stack)
    return {
        "allocation_bytes": sent / USERS,
        "event_bytes": event_bytes / max(events, 1),
        "slots": sum(len(answer["slots"]) for answer in answers) / USERS,
        "log_bytes_per_request": logged / USERS,
        "metric_line_bytes": sum(of_metrics) / max(len(of_metrics), 1),
        "allocation_redis_commands": commands_of_allocations / USERS,
        "event_redis_commands": (_commands(stack) - commands_before - commands_of_allocations)
        / max(events, 1),
        "event_item_bytes": sum(map(_item_bytes, items)) / max(len(items), 1),
        "redis_bytes_per_user": (sum(keys.values()) - sum(reports)) / USERS,
        "redis_bytes_per_event": sum(reports) / max(len(reports), 1),
    }


def _bytes(target: str, answer: web.Answer) -> int:
    """Request and answer together, nearly: their first lines are left out."""
    heads = _header_bytes(_AGENT.items()) + _header_bytes(answer.headers.items())
    return len(target) + heads + len(answer.body)


def _header_bytes(headers: Any) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _items(stack: Stack) -> list[dict[str, Any]]:
    headers = {
        "x-amz-target": "DynamoDB_20120810.Scan",
        "content-type": "application/x-amz-json-1.0",
        "authorization": _SIGNED,
        "x-amz-date": "20260101T000000Z",
    }
    answer = web.request("POST", stack.dynamodb_url, headers, json.dumps({"TableName": EVENTS_TABLE}))
    items: list[dict[str, Any]] = answer.json["Items"]
    return items


def _item_bytes(item: dict[str, Any]) -> int:
    """The size as DynamoDB bills it: names and values; a number takes a byte for two digits, and one more."""
    return sum(len(name) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.lstrip("-")) // 2 + 2
    if kind == "B":
        return len(content) * 3 // 4
    return len(json.dumps(content))


def _commands(stack: Stack) -> int:
    """How many commands of clients Redis has executed, those of this measuring left out."""
    text = _redis(stack, lambda ask: ask("INFO", "commandstats")).decode()
    own = ("info", "keys", "memory", "client", "hello", "cluster", "config", "select")
    found = 0
    for line in text.splitlines():
        name, _, figures = line.removeprefix("cmdstat_").partition(":calls=")
        if line.startswith("cmdstat_") and name.split("|")[0] not in own:
            found += int(figures.split(",")[0])
    return found


def _keys(stack: Stack) -> dict[bytes, int]:
    def sizes(ask: Callable[..., Any]) -> dict[bytes, int]:
        return {name: ask("MEMORY", "USAGE", name) for name in ask("KEYS", "*")}

    found: dict[bytes, int] = _redis(stack, sizes)
    return found


def _redis(stack: Stack, use: Callable[[Callable[..., Any]], Any]) -> Any:
    with closing(socket.create_connection(("127.0.0.1", stack.redis_port), timeout=5)) as connection:
        reader = connection.makefile("rb")

        def ask(*words: str | bytes) -> Any:
            parts = [word.encode() if isinstance(word, str) else word for word in words]
            lines = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
            connection.sendall(b"*%d\r\n%s" % (len(parts), lines))
            return read()

        def read() -> Any:
            line = reader.readline().rstrip()
            if line[:1] == b"$":
                return reader.read(int(line[1:]) + 2)[:-2]
            if line[:1] == b"*":
                return [read() for _ in range(int(line[1:]))]
            return int(line[1:]) if line[:1] == b":" else line[1:]

        return use(ask)
