"""Versions of rows in headers: `ETag`, `If-Match`, `If-None-Match` (RFC 9110, 13.1)."""

import json
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from web import problems
from web.problems import Problem, ProblemError

_DIGITS = 32


class Stale(Exception):
    """The row is another one than the client has seen: as it is now, and its tag."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self.document = document


def etag_of(document: dict[str, Any]) -> str:
    """Strong: of two documents that differ anywhere the tags differ."""
    text = json.dumps(document, sort_keys=True)
    return f'"{sha256(text.encode()).hexdigest()[:_DIGITS]}"'


def require_match(request: HttpRequest, document: dict[str, Any]) -> None:
    """Raises a 428 problem without `If-Match`, and Stale if it names another version."""
    header = request.headers.get("if-match", "").strip()
    if not header:
        detail = "Send the ETag of the row that you have read as If-Match."
        raise ProblemError(problems.from_status(HTTPStatus.PRECONDITION_REQUIRED, detail))
    if header != "*" and etag_of(document) not in _tags(header):
        raise Stale(document)


def is_known(request: HttpRequest, document: dict[str, Any]) -> bool:
    header = request.headers.get("if-none-match", "").strip()
    return header == "*" or etag_of(document) in [tag.removeprefix("W/") for tag in _tags(header)]


def stale_answer(stale: Stale) -> HttpResponse:
    detail = "The row has changed since it was read: `current` is what it is now."
    status = HTTPStatus.PRECONDITION_FAILED
    document = json.loads(Problem(status, "stale", "Stale", detail).response().content)
    return JsonResponse(
        {**document, "current": stale.document},
        status=status,
        content_type="application/problem+json",
        headers={"cache-control": "no-store", "etag": etag_of(stale.document)},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )


def _tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]
