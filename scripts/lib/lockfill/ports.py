"""Ports of this machine's loopback address."""

import os
import random
import socket
from contextlib import closing

from .console import Failure

# Below the ports that kernels give to outgoing connections (from 32768 on Linux): such a connection could
# take a port while the program that listens on it is restarted.
_FIRST, _LAST = 20_000, 32_000
_TRIES_MAX = 200
# Sockets that are bound and do not listen: Linux lets a server listen on their ports (both sides set
# SO_REUSEADDR), and refuses the ports to the next probe, of this process or of another.
_reserved: list[socket.socket] = []


def free_port() -> int:
    """A port for a program to listen on, reserved until this process ends.

    It is chosen at random, so that test runs at the same time try different ones.
    """
    for port in random.SystemRandom().sample(range(_FIRST, _LAST), _TRIES_MAX):
        reservation = socket.socket()
        try:
            # Without SO_REUSEADDR the bind fails for a port that is reserved and not listened on yet.
            reservation.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
            continue
        reservation.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _reserved.append(reservation)
        return port
    raise Failure(f"none of {_TRIES_MAX} ports between {_FIRST} and {_LAST} is free")


def require_free(port: int) -> None:
    """Raises Failure if the port is taken."""
    if reason := _why_taken(port):
        raise Failure(f"port {port} cannot be used ({reason}); choose another: PORT=8090 ./scripts/dev")


def _why_taken(port: int) -> str:
    with closing(socket.socket()) as probe:
        # As servers do it: a port whose last connections are still ending is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return os.strerror(error.errno) if error.errno else str(error)
    return ""
