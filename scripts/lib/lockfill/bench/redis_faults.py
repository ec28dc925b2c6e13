"""Answers while Redis does not answer, and once it does again."""

import time
from contextlib import AbstractContextManager

from .. import web
from ..console import Failure
from ..faults import frozen, without_redis
from ..stack import Stack
from .generator import DEGRADED, TARGET, Report, generate, latencies_ms, marked
from .report import Figures

LIGHT_RATE = 50
LIGHT_CLIENTS = 2
BEFORE_SECONDS = 5
FAULT_SECONDS = 10
# So many answers in a row without a mark are no accident.
UNMARKED_IN_A_ROW = 20
RECOVERY_SECONDS_MAX = 30


def frozen_redis(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """Light load before and while Redis is frozen, and how long answers are marked after it goes on."""
    return _before_and_without(stack, frozen(stack, "redis-server"))


def killed_redis(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """Light load before and while Redis is gone, and how long answers are marked after it is back."""
    return _before_and_without(stack, without_redis(stack))


def _before_and_without(stack: Stack, fault: AbstractContextManager[None]) -> Figures:
    light = ["--rate", str(LIGHT_RATE)]
    before = generate(stack, BEFORE_SECONDS, LIGHT_CLIENTS, *light)
    with fault:
        without = generate(stack, FAULT_SECONDS, LIGHT_CLIENTS, *light)
    return {
        "before": _answers(before),
        "without": _answers(without),
        "marked_after_it_is_back_ms": _recovery_ms(stack),
    }


def _answers(report: Report) -> Figures:
    share = marked(report) / report["answers"]
    return {**latencies_ms(report), "errors": report["errors"], "marked_share": share}


def _recovery_ms(stack: Stack) -> float:
    """From now to the first of many answers in a row that are not marked."""
    started = time.monotonic()
    first, in_a_row = started, 0
    while in_a_row < UNMARKED_IN_A_ROW:
        if time.monotonic() - started > RECOVERY_SECONDS_MAX:
            raise Failure(f"answers are still marked {RECOVERY_SECONDS_MAX} s after Redis came back")
        is_marked = web.get(stack.url + TARGET.replace("{user}", "0")).headers[DEGRADED] is not None
        if is_marked:
            in_a_row = 0
            continue
        if in_a_row == 0:
            first = time.monotonic()
        in_a_row += 1
    return (first - started) * 1000
