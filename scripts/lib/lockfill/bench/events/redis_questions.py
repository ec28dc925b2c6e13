"""Questions to a Redis of this machine, a connection each."""

import socket
from contextlib import closing
from typing import Any, BinaryIO

from ...console import Failure

_SECONDS_MAX = 60


def ask(port: int, command: str) -> Any:
    """The answer to an inline command: a text, a number, or a list of them."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=_SECONDS_MAX)) as connection:
        connection.sendall(command.encode() + b"\r\n")
        return _value(connection.makefile("rb"))


def _value(replies: BinaryIO) -> Any:
    head = replies.readline().decode().strip()
    kind, rest = head[:1], head[1:]
    if kind == "*":
        return [_value(replies) for _ in range(int(rest))]
    if kind == "$":
        return replies.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
    if kind in ("", "-"):
        raise Failure(f"Redis has answered {head!r}")
    return int(rest) if kind == ":" else rest
