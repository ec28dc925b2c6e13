"""Taking a program of a stack away for a while."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .stack import Stack


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """A program takes connections and never answers while the block runs."""
    pid = stack.children[name].process.pid
    os.kill(pid, signal.SIGSTOP)
    # The signal takes effect later than the call returns.
    os.waitpid(pid, os.WUNTRACED)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def without_redis(stack: Stack) -> Iterator[None]:
    """Redis is gone while the block runs, and comes back empty."""
    with _killed(stack, "redis-server", stack.restart_redis):
        yield


@contextmanager
def without_dynamodb(stack: Stack) -> Iterator[None]:
    """DynamoDB is gone while the block runs, and comes back with the catalog."""
    with _killed(stack, "local-dynamodb", stack.restart_dynamodb):
        yield


@contextmanager
def _killed(stack: Stack, name: str, restart: Callable[[], None]) -> Iterator[None]:
    process = stack.children[name].process
    process.kill()
    process.wait()
    try:
        yield
    finally:
        restart()
