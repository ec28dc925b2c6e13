"""Waiting for a state of the stack, and for the clock."""

import time
from collections.abc import Callable
from typing import TypeVar

from lockfill.stopwatch import Stopwatch

Found = TypeVar("Found")


def within_one_minute(attempt: Callable[[], None]) -> None:
    """Runs an attempt whose requests must fall into the same minute; up to twice more if they did not."""
    for _ in range(2):
        minute = int(time.time() // 60)
        try:
            attempt()
            return
        except AssertionError:
            if int(time.time() // 60) == minute:
                raise
    attempt()


def eventually(what: str, ready: Callable[[], Found], seconds: float = 10.0) -> Found:
    """The first value of `ready` that is true. Fails after `seconds` in which programs had processors."""
    stopwatch = Stopwatch()
    while not (found := ready()):
        if stopwatch.seconds() > seconds:
            raise AssertionError(f"not after {seconds:.0f} s: {what}")
        time.sleep(0.01)
    return found
