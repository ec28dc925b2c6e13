"""Whether a subject gives the right answer yet."""

import time
from typing import Any

from .. import web
from ..console import Failure
from .generator import DEGRADED
from .subjects import Server

SERVED_SECONDS_MAX = 300
LINE_ITEMS_FOR_TEN_SLOTS = 100


def is_right(answer: web.Answer, version: int, line_items: int) -> bool:
    """Whether the answer of an allocation is unmarked, has this version, and as many slots as it should."""
    if answer.status != 200 or answer.headers[DEGRADED] is not None:
        return False
    return is_right_document(answer.json, version, line_items)


def is_right_document(document: dict[str, Any], version: int, line_items: int) -> bool:
    """Whether an allocation has this version, and ten slots where there is something to show."""
    wanted = 10 if line_items >= LINE_ITEMS_FOR_TEN_SLOTS else 0
    return document["catalog_version"] == version and len(document["slots"]) >= wanted


def wait_until_right(server: Server, version: int, line_items: int, times: int = 1) -> None:
    """Asks until so many answers in a row are right, one for each process that may answer."""
    deadline, in_a_row, answer = time.monotonic() + SERVED_SECONDS_MAX, 0, None
    while in_a_row < times:
        if time.monotonic() > deadline:
            seen = "no answer" if answer is None else f"status {answer.status}: {answer.body[:200]!r}"
            raise Failure(f"{server.subject} does not serve version {version}; {seen}\n{server.child.tail()}")
        server.child.check()
        try:
            answer = web.get(server.url + server.target.replace("{user}", f"right-{in_a_row}"))
        except OSError:
            answer = None
        if answer is None or server.subject in ("empty", "floor"):
            right = answer is not None and answer.status == 200
        else:
            right = is_right(answer, version, line_items)
        in_a_row = in_a_row + 1 if right else 0
        if not right:
            time.sleep(0.02)
