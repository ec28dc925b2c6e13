"""What a person sees: one line a step, with how long it took."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """Something went wrong that a person can act on. Its text is what they read."""


def say(text: str = "") -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(name: str, *, quiet: bool = False) -> Iterator[None]:
    """Shows a step, how long it takes while it runs (on a terminal), and how long it took."""
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
