"""Taking a program of a stack away, and giving it back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockfill.stack import Stack


def kill(stack: Stack, name: str) -> None:
    """Kills a program of the stack and waits until it is gone."""
    process = stack.children[name].process
    process.kill()
    process.wait()


@contextmanager
def frozen(stack: Stack, name: str) -> Iterator[None]:
    """A program that takes connections and never answers."""
    pid = stack.children[name].process.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def without_redis(stack: Stack) -> Iterator[None]:
    kill(stack, "redis-server")
    try:
        yield
    finally:
        stack.restart_redis()


@contextmanager
def without_dynamodb(stack: Stack) -> Iterator[None]:
    kill(stack, "local-dynamodb")
    try:
        yield
    finally:
        stack.restart_dynamodb()


def has_unread_bytes(port: int) -> bool:
    """Whether bytes have arrived at a port of this machine that its server has not read."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, connection, queues, *_ = line.split()
        is_established, unread = connection == "01", int(queues.split(":")[1], 16)
        if is_established and int(local.split(":")[1], 16) == port and unread > 0:
            return True
    return False
