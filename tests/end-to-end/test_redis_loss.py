"""Redis loses its data under load: answers go on, and counters are what the ledger has a moment later."""

import concurrent.futures
import socket
import threading
import time
from collections import Counter
from contextlib import closing

import pytest

from device import CAPPED, DEGRADED, Device, ids
from lockfill import web
from lockfill.faults import without_redis
from lockfill.stack import Stack
from private_texts import remember
from serving_stack import FunctionsStack
from stacks import module_stack
from test_ledger import RECORDED, entries, flush_redis
from waiting import eventually

pytestmark = pytest.mark.alone

USERS = 6
LOAD_SECONDS = 6
KNOWN_SECONDS = 30

stack = module_stack(FunctionsStack)


def counted(stack: Stack) -> Counter[tuple[str, str]]:
    """How often each user saw each line item, as Redis has it."""
    found: Counter[tuple[str, str]] = Counter()
    with closing(socket.create_connection(("127.0.0.1", stack.redis_port), timeout=5)) as connection:
        replies = connection.makefile("rb")

        def value() -> list[str]:
            kind, number = (line := replies.readline())[:1], int(line[1:])
            if kind == b"*":
                return [text for _ in range(number) for text in value()]
            assert kind == b"$", line
            return [replies.read(number + 2)[:-2].decode()]

        def ask(*words: str) -> list[str]:
            command = f"*{len(words)}\r\n" + "".join(f"${len(word)}\r\n{word}\r\n" for word in words)
            connection.sendall(command.encode())
            return value()

        for key in ask("KEYS", "lockfill:{*}:state"):
            fields = ask("HGETALL", key)
            user = key.partition("{")[2].partition("}")[0]
            for field, text in zip(fields[::2], fields[1::2], strict=True):
                if field.startswith("l:"):
                    found[user, field[2:]] = int(text.split(" ")[0])
    return found


def in_ledger(stack: Stack) -> Counter[tuple[str, str]]:
    """The same as the ledger has it."""
    shown = [
        (item["user"], item["item_id"])
        for item in entries(stack)
        if item["class"] == "valid"
        and item["sk"].endswith("#impression")
        and item["item_kind"] == "line_item"
    ]
    return Counter(shown)


def is_known(device: Device) -> bool:
    answer = device.answer("ads", country="KR")
    return answer.status == 200 and answer.headers[DEGRADED] is None


@pytest.mark.parametrize("loss", ["FLUSHALL", "restart"])
def test_no_answer_and_no_count_is_lost_with_redis(stack: Stack, user: str, loss: str) -> None:
    users = [f"{user}-{number}" for number in range(USERS)]
    for name in users:
        remember(name)
    eventually("histories are known", lambda: is_known(Device(stack, user)), KNOWN_SECONDS)
    statuses: Counter[int] = Counter()
    marks: set[str | None] = set()
    is_over = threading.Event()

    def use(name: str) -> None:
        device = Device(stack, name)
        while not is_over.is_set():
            answer = device.answer("ads", country="KR", count=3)
            statuses[answer.status] += 1
            marks.add(answer.headers[DEGRADED])
            for slot in answer.json["slots"] if answer.status == 200 else []:
                pixel = web.get(slot["tracking"]["impression_url"])
                statuses[pixel.status] += 1
            time.sleep(0.05)

    with concurrent.futures.ThreadPoolExecutor(USERS) as pool:
        running = [pool.submit(use, name) for name in users]
        time.sleep(LOAD_SECONDS / 3)
        if loss == "FLUSHALL":
            flush_redis(stack)
        else:
            with without_redis(stack):
                time.sleep(0.5)
        time.sleep(LOAD_SECONDS * 2 / 3)
        is_over.set()
        for each in running:
            each.result()

    assert set(statuses) == {200}, statuses
    assert "redis" in marks, "answers say that the history is not known"
    eventually("histories are known", lambda: is_known(Device(stack, user)), KNOWN_SECONDS)
    expected = in_ledger(stack)
    assert len({name for name, _ in expected}) >= USERS
    assert counted(stack) == expected


def test_caps_are_right_again_after_a_loss(device: Device) -> None:
    stack = device.stack
    eventually("histories are known", lambda: is_known(device), KNOWN_SECONDS)
    for _ in range(2):
        shown = {slot["id"]: slot for slot in device.ask("ads", country="KR", count=50)["slots"]}
        assert web.get(shown[CAPPED]["tracking"]["impression_url"]).headers[RECORDED] == "yes"
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50)), "two showings of two"
    flush_redis(stack)
    eventually("histories are known", lambda: is_known(device), KNOWN_SECONDS)
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50)), "still two of two"


def test_what_a_device_reports_counts_beside_what_is_stored(device: Device) -> None:
    eventually("histories are known", lambda: is_known(device), KNOWN_SECONDS)
    now = int(time.time())
    assert CAPPED in ids(device.ask("ads", country="KR", count=50, shown=f"{CAPPED}:1:{now}"))
    assert CAPPED not in ids(device.ask("ads", country="KR", count=50, shown=f"{CAPPED}:2:{now}"))
    assert CAPPED in ids(device.ask("ads", country="KR", count=50)), "a report is no event"
