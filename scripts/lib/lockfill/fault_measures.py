"""What `scripts/bench` measures while something is frozen or gone."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import web
from .console import Failure
from .measures import DEGRADED, FUNCTION, TARGET, end_environments, generate, latencies, marked
from .running import environments, state
from .stack import Stack

LIGHT_RATE = 50
LIGHT_CLIENTS = 2
BEFORE_SECONDS = 5
FAULT_SECONDS = 10
# So many answers in a row without a mark are no accident.
UNMARKED_IN_A_ROW = 20
RECOVERY_SECONDS_MAX = 30
FREEZE_SECONDS = 60


def frozen_redis(stack: Stack, _seconds: int, _clients: int) -> dict[str, Any]:
    """Light load before and while Redis is frozen, and how long answers are marked after it goes on."""
    redis = stack.children["redis-server"].process.pid

    @contextmanager
    def frozen() -> Iterator[None]:
        os.kill(redis, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(redis, signal.SIGCONT)

    return _before_and_without_redis(stack, frozen)


def killed_redis(stack: Stack, _seconds: int, _clients: int) -> dict[str, Any]:
    """Light load before and while Redis is gone, and how long answers are marked after it is back."""

    @contextmanager
    def gone() -> Iterator[None]:
        process = stack.children["redis-server"].process
        process.kill()
        process.wait()
        try:
            yield
        finally:
            stack.restart_redis()

    return _before_and_without_redis(stack, gone)


def frozen_environment(stack: Stack, _seconds: int, _clients: int) -> dict[str, Any]:
    """One environment sleeps for a minute, in which a catalog is published: its first answer."""
    # So that the next request makes the only one.
    end_environments(stack)
    ask = stack.url + TARGET.replace("{user}", "frozen")
    before = _catalog_version(web.get(ask))
    pids = environments(stack, FUNCTION)
    _wait_until_frozen(pids)
    stack.publish(stack.catalog)
    time.sleep(FREEZE_SECONDS)
    if any(state(pid) != "T" for pid in pids):
        raise Failure("an environment was awake in between")
    began = time.monotonic()
    answer = web.get(ask)
    took_ms = (time.monotonic() - began) * 1000
    return {
        "frozen_seconds": FREEZE_SECONDS,
        "versions_published_meanwhile": 1,
        "versions_gained_by_first_answer": _catalog_version(answer) - before,
        "first_answer_marked": int(answer.headers[DEGRADED] is not None),
        "first_answer_from_a_new_environment": int(environments(stack, FUNCTION) != pids),
        "first_answer_ms": took_ms,
    }


def _before_and_without_redis(stack: Stack, fault: Any) -> dict[str, Any]:
    light = ["--rate", str(LIGHT_RATE)]
    before = generate(stack, BEFORE_SECONDS, LIGHT_CLIENTS, *light)
    with fault():
        without = generate(stack, FAULT_SECONDS, LIGHT_CLIENTS, *light)
    return {
        "before": _answers(before),
        "without": _answers(without),
        "marked_after_it_is_back_ms": _recovery_ms(stack),
    }


def _answers(report: dict[str, Any]) -> dict[str, Any]:
    share = marked(report) / report["answers"]
    return {**latencies(report), "errors": report["errors"], "marked_share": share}


def _recovery_ms(stack: Stack) -> float:
    """From now to the first of many answers in a row that are not marked."""
    began = time.monotonic()
    first, in_a_row = began, 0
    while in_a_row < UNMARKED_IN_A_ROW:
        if time.monotonic() - began > RECOVERY_SECONDS_MAX:
            raise Failure(f"answers are still marked {RECOVERY_SECONDS_MAX} s after Redis came back")
        is_marked = web.get(stack.url + TARGET.replace("{user}", "0")).headers[DEGRADED] is not None
        if is_marked:
            in_a_row = 0
            continue
        if in_a_row == 0:
            first = time.monotonic()
        in_a_row += 1
    return (first - began) * 1000


def _catalog_version(answer: web.Answer) -> int:
    return int(json.loads(answer.body)["catalog_version"])


def _wait_until_frozen(pids: list[int]) -> None:
    deadline = time.monotonic() + 5
    while any(state(pid) != "T" for pid in pids):
        if time.monotonic() > deadline:
            raise Failure("environments are not frozen between requests")
        time.sleep(0.01)
