"""Environments of a function that start, and that wake up."""

import os
import signal
import time
from collections.abc import Callable

from .. import web
from ..console import Failure
from ..running import environments, state
from ..stack import Stack
from .generator import DEGRADED, FUNCTION, TARGET
from .report import Figures

COLD_STARTS = 20
FREEZE_SECONDS = 60
_CHANGE_SECONDS_MAX = 5


def cold_start(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """Kills all environments of the function and asks. The store's programs stay warm."""
    took_ms, bad = [], 0
    for number in range(COLD_STARTS):
        _end_environments(stack)
        started = time.monotonic()
        answer = web.get(stack.url + TARGET.replace("{user}", f"cold-{number}"))
        took_ms.append((time.monotonic() - started) * 1000)
        bad += answer.status != 200 or answer.headers[DEGRADED] is not None
    took_ms.sort()
    return {
        "starts": COLD_STARTS,
        "min_ms": took_ms[0],
        "p50_ms": took_ms[len(took_ms) // 2 - 1],
        "max_ms": took_ms[-1],
        "errors_or_marked": bad,
    }


def frozen_environment(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """One environment is frozen for a minute, in which a catalog is published: its first answer."""
    # So that the next request starts the only one.
    _end_environments(stack)
    url = stack.url + TARGET.replace("{user}", "frozen")
    before = web.get(url).json["catalog_version"]
    pids = environments(stack, FUNCTION)
    _wait(lambda: all(state(pid) == "T" for pid in pids), "environments are not frozen between requests")
    stack.publish(stack.catalog)
    time.sleep(FREEZE_SECONDS)
    if any(state(pid) != "T" for pid in pids):
        raise Failure("an environment was awake in between")
    started = time.monotonic()
    answer = web.get(url)
    took_ms = (time.monotonic() - started) * 1000
    return {
        "frozen_seconds": FREEZE_SECONDS,
        "versions_published_meanwhile": 1,
        "versions_gained_by_first_answer": answer.json["catalog_version"] - before,
        "first_answer_marked": int(answer.headers[DEGRADED] is not None),
        "first_answer_from_a_new_environment": int(environments(stack, FUNCTION) != pids),
        "first_answer_ms": took_ms,
    }


def _end_environments(stack: Stack) -> None:
    """Kills all environments of the measured function."""
    pids = environments(stack, FUNCTION)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    _wait(lambda: all(state(pid) in ("", "Z") for pid in pids), "environments do not end")
    # The balancer has to notice, too; an earlier request would be sent to an environment that is gone.
    time.sleep(0.05)


def _wait(is_so: Callable[[], bool], problem: str) -> None:
    deadline = time.monotonic() + _CHANGE_SECONDS_MAX
    while not is_so():
        if time.monotonic() > deadline:
            raise Failure(problem)
        time.sleep(0.005)
