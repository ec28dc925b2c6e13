"""Both sides, asked the same at the same time, on connections that are kept."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..console import Failure
from .comparison import HEADERS, Answer, Difference, Ignored, differences
from .coverage import Coverage
from .pools import rfc3339
from .question import PREFIX, Question

_TIMEOUT_SECONDS = 30.0
_AGAIN_MAX = 10
_AGAIN_PAUSE_SECONDS = 0.3


class Connection:
    """One kept connection; opened again when the server has closed it."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._prefix = parts.path.rstrip("/")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)

    def send(self, question: Question, token: str) -> None:
        headers = dict(question.headers)
        if question.needs_debug_token and token:
            headers["authorization"] = f"Bearer {token}"
        self._sent = (question.method, self._prefix + question.target, question.body, headers)
        try:
            self._connection.request(*self._sent)
        except OSError:
            # `receive` meets the same error, and tries once more.
            self._connection.close()

    def receive(self) -> Answer:
        try:
            return self._receive()
        except (OSError, http.client.HTTPException):
            self._connection.close()
        try:
            self._connection.request(*self._sent)
            return self._receive()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return Answer(0, {}, b"", error=type(error).__name__)

    def close(self) -> None:
        self._connection.close()

    def _receive(self) -> Answer:
        response = self._connection.getresponse()
        body = response.read()
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        return Answer(response.status, headers, body)


@dataclass
class Pair:
    """The two servers. Safe to use from threads: each has connections of its own."""

    left: str
    right: str
    token: str = ""
    ignored: Ignored = field(default_factory=Ignored)
    # The time of questions that name none.
    at: str = ""
    coverage: Coverage = field(default_factory=Coverage)

    def __post_init__(self) -> None:
        self._threads = threading.local()

    def ask(self, question: Question) -> tuple[Answer, Answer]:
        """Both answers to one question; sent to both before either is waited for."""
        return self.ask_each(question, question)

    def ask_each(self, left: Question, right: Question) -> tuple[Answer, Answer]:
        """Each side's answer to its own question."""
        sides = self._connections()
        for side, question in zip(sides, (left, right), strict=True):
            side.send(question, self.token)
        return sides[0].receive(), sides[1].receive()

    def ask_settled(self, question: Question) -> tuple[Answer, Answer]:
        """Both answers, asked for again while they come from different catalogs or without a store."""
        for _ in range(_AGAIN_MAX):
            left, right = self.ask(question)
            if not differences(left, right, self.ignored) or not is_passing(left, right):
                break
            time.sleep(_AGAIN_PAUSE_SECONDS)
        return left, right

    def ask_right(self, question: Question) -> Answer:
        """The right side's answer alone, to what may be asked only once."""
        side = self._connections()[1]
        side.send(question, self.token)
        return side.receive()

    def compare(self, question: Question, *, counts: bool = False) -> tuple[Question, list[Difference]]:
        """The question as it was asked, and what differs.

        An answer depends on the minute, on the catalog and the gates that a process has, and on Redis
        answering in time.
        Two answers that differ in one of these answer different questions, so both sides are asked again.
        """
        question = self._dated(question)
        for _ in range(_AGAIN_MAX):
            minute = time.time() // 60
            left, right = self.ask_settled(question)
            found = differences(left, right, self.ignored)
            if not found or time.time() // 60 == minute:
                break
        if counts:
            self.coverage.add(right)
        return question, found

    def require_answers(self) -> None:
        """Raises Failure if a side does not answer at all."""
        for name, answer in zip(("left", "right"), self.ask(Question("GET", f"{PREFIX}ads")), strict=True):
            if answer.error:
                url = getattr(self, name)
                raise Failure(
                    f"the {name} side does not answer ({answer.error}): is {url} right, and running?"
                )

    def _dated(self, question: Question) -> Question:
        if not self.at or not question.parameters or "now" in question.parameters:
            return question
        return question.changed({**question.parameters, "now": self.at})

    def _connections(self) -> tuple[Connection, Connection]:
        if not hasattr(self._threads, "sides"):
            self._threads.sides = (Connection(self.left), Connection(self.right))
        sides: tuple[Connection, Connection] = self._threads.sides
        return sides


def is_passing(left: Answer, right: Answer) -> bool:
    """Whether the answers came from different catalogs or gates, or one was made without a store."""
    if any("x-lockfill-degraded" in answer.headers or answer.status >= 500 for answer in (left, right)):
        return True
    if left.headers.get("x-lockfill-gates") != right.headers.get("x-lockfill-gates"):
        return True
    versions = [
        document.get("catalog_version")
        for document in (left.document(), right.document())
        if isinstance(document, dict)
    ]
    return len(set(versions)) > 1


def this_minute() -> str:
    return rfc3339(int(time.time()) // 60 * 60)
