"""One request to a receiver, of which the status of the answer alone is read.

The whole of it has one deadline, which a receiver that answers byte by byte does not move. No redirect is
followed, no proxy is asked, and the body of an answer is never read.
"""

import logging
import re
import socket
import ssl
import time
from functools import cache
from typing import NamedTuple

from webhooks.addresses import NotAllowed, Place, Target, UnknownHost, place_of, targets
from webhooks.models import Sending

SECONDS_MAX = 10.0
_CONNECT_SECONDS_MAX = 5.0
# Of the lines of an answer until its status is known, 1xx answers before it among them.
_HEAD_BYTES_MAX = 16_384
_READ_BYTES = 4_096
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-5][0-9]{2})(?: |\r?\n)")

Problem = Sending.Problem
_logger = logging.getLogger("django.webhooks")


class Outcome(NamedTuple):
    """How an attempt went. `problem` is empty if the receiver has the message."""

    status: int | None
    problem: str
    milliseconds: int


class NotHttp(ValueError):
    """What a server answers is no answer of HTTP."""


def post(
    url: str, headers: dict[str, str], body: bytes, *, may_be_local: bool, seconds_max: float = SECONDS_MAX
) -> Outcome:
    """Sends a message once. Never raises: whatever fails is the outcome."""
    began = time.monotonic()
    status, problem = None, ""
    try:
        status = _post(url, headers, body, began + seconds_max, may_be_local)
        problem = "" if 200 <= status < 300 else Problem.STATUS
    except NotAllowed:
        problem = Problem.ADDRESS
    except UnknownHost:
        problem = Problem.NAME
    except TimeoutError:
        problem = Problem.TIMEOUT
    except ssl.SSLError:
        problem = Problem.TLS
    except NotHttp:
        problem = Problem.ANSWER
    except OSError:
        problem = Problem.CONNECTION
    except Exception as error:
        # Without its text, which may have a part of the address.
        _logger.error("a webhook failed by an error of the program: %s", type(error).__name__)
        problem = Problem.PROGRAM
    return Outcome(status, problem, int((time.monotonic() - began) * 1000))


def _post(url: str, headers: dict[str, str], body: bytes, deadline: float, may_be_local: bool) -> int:
    place = place_of(url, may_be_local=may_be_local)
    connection = _connected(place, targets(place, may_be_local=may_be_local), deadline)
    try:
        connection.settimeout(_left(deadline))
        connection.sendall(_request(place, headers, body))
        return _status(connection, deadline)
    finally:
        connection.close()


def _connected(place: Place, found: list[Target], deadline: float) -> socket.socket:
    """A connection to the first of the addresses that takes one."""
    for target in found[:-1]:
        try:
            return _connection(place, target, deadline)
        except ssl.SSLError:
            raise
        except OSError:
            continue
    return _connection(place, found[-1], deadline)


def _connection(place: Place, target: Target, deadline: float) -> socket.socket:
    family, address = target
    plain = socket.socket(family, socket.SOCK_STREAM)
    try:
        plain.settimeout(min(_left(deadline), _CONNECT_SECONDS_MAX))
        plain.connect(address)
        if not place.is_https:
            return plain
        plain.settimeout(_left(deadline))
        return _tls().wrap_socket(plain, server_hostname=place.host)
    except BaseException:
        plain.close()
        raise


def _request(place: Place, headers: dict[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {place.path} HTTP/1.1",
        f"Host: {place.authority}",
        "User-Agent: lockfill-webhooks/1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _status(connection: socket.socket, deadline: float) -> int:
    """The status of the answer; answers of 1xx come before it. Raises NotHttp."""
    head, byte_count = b"", 0
    while True:
        line = _STATUS_LINE.match(head)
        end = _HEAD_END.search(head)
        if line is not None and not line[1].startswith(b"1"):
            return int(line[1])
        if line is not None and end is not None:
            head = head[end.end() :]
            continue
        if (line is None and b"\n" in head) or byte_count >= _HEAD_BYTES_MAX:
            raise NotHttp
        connection.settimeout(_left(deadline))
        more = connection.recv(_READ_BYTES)
        if not more:
            raise NotHttp
        head, byte_count = head + more, byte_count + len(more)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
