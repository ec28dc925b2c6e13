"""Requests from a file: one JSON object a line, or an access log of an Application Load Balancer (.gz too).

The log's format: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import gzip
import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from ..console import Failure
from .question import PREFIX, Question

# Of a log's line, the type, the time and the balancer stand before the client; the request is the 13th field.
_LOG_TYPES = ("http ", "https ", "h2 ", "grpcs ", "ws ", "wss ")
_REQUEST_FIELD = 12
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass
class RequestFile:
    """The requests of a file, and the number of its other lines by reason."""

    questions: list[Question] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def read(path: Path) -> RequestFile:
    found = RequestFile()
    try:
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            try:
                found.questions.append(_question(line.strip(), number))
            except ValueError as error:
                found.skipped[str(error)] += 1
    except (OSError, EOFError) as error:
        raise Failure(f"{path} cannot be read: {error}") from None
    if not found.questions:
        reasons = "; ".join(f"{count} {reason}" for reason, count in found.skipped.items()) or "it is empty"
        raise Failure(f"{path} has no request that can be sent: {reasons}")
    return found


def _lines(path: Path) -> Iterator[str]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        yield from lines


def _question(line: str, number: int) -> Question:
    if line.startswith("{"):
        return _from_json(line, number)
    if line.startswith(_LOG_TYPES):
        return _from_log(line, number)
    raise ValueError("neither JSON nor of a load balancer's log")


def _from_json(line: str, number: int) -> Question:
    try:
        document = json.loads(line)
    except ValueError:
        raise ValueError("not JSON") from None
    path, query = document.get("path", ""), document.get("query", "")
    headers, body = document.get("headers", {}), document.get("body", "")
    if not isinstance(path, str) or not isinstance(headers, dict):
        raise ValueError("path is not a text, or headers not an object")
    if isinstance(query, dict):
        query = urlencode(query, doseq=True)
    headers = {str(name).lower(): str(value) for name, value in headers.items()}
    if not all(map(_HEADER.fullmatch, headers)) or any(
        re.search(r"[\r\n]", text) for text in headers.values()
    ):
        raise ValueError("a header that HTTP does not allow")
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False)
        headers.setdefault("content-type", "application/json")
    target = f"{path}?{query}" if query else path
    method = str(document.get("method", "GET")).upper()
    return _checked(Question(method, target, headers, body.encode(errors="replace"), number=number))


def _from_log(line: str, number: int) -> Question:
    try:
        fields = shlex.split(line, posix=True)
        method, url, _ = fields[_REQUEST_FIELD].split(" ")
        parts = urlsplit(url)
    except (ValueError, IndexError):
        raise ValueError("a log line without a readable request") from None
    if method != "GET" and method.isalpha():
        raise ValueError(f"{method}, whose body is not in a log")
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return _checked(Question(method, target, number=number))


def _checked(question: Question) -> Question:
    if not question.target.startswith(PREFIX):
        raise ValueError(f"not under {PREFIX}: only allocations may be asked twice")
    if not question.target.isascii() or re.search(r"[\s\x00-\x1f\x7f]", question.target):
        raise ValueError("a path or query that is not percent-encoded")
    if not question.method.isalpha():
        raise ValueError("no method")
    names = {pair.partition("=")[0] for pair in question.target.partition("?")[2].split("&")}
    if names & {"now", "explain"}:
        return Question(
            question.method, question.target, question.headers, question.body, True, number=question.number
        )
    return question
