"""The output of the commands: one line a step, with how long the step took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """An error that the user can act on. Its text is shown as it is."""


def say(text: str = "") -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def plain(value: float) -> str:
    """A number as people write it, without an exponent."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.15g}"


@contextmanager
def step(name: str, *, quiet: bool = False) -> Iterator[None]:
    """Names a step and how long it took. On a terminal, the seconds are counted while the step runs."""
    if quiet:
        yield
        return
    started = time.monotonic()
    ticking = _tick(name, started) if sys.stdout.isatty() else None
    outcome = "failed after"
    try:
        yield
        outcome = ""
    finally:
        if ticking:
            ticking.set()
            print("\r\033[K", end="")
        seconds = f"{time.monotonic() - started:.1f} s"
        say(f"  {name:<44} {' '.join(filter(None, [outcome, seconds])):>10}")


def _tick(name: str, started: float) -> threading.Event:
    done = threading.Event()

    def show() -> None:
        while not done.wait(1.0):
            print(f"\r\033[K  {name} ... {time.monotonic() - started:.0f} s", end="", flush=True)

    threading.Thread(target=show, daemon=True).start()
    return done
