"""Reads a JSON object from a request's body. Whatever a client sends instead is a 4xx."""

import json
from http import HTTPStatus
from typing import NoReturn

from django.http import HttpRequest, UnreadablePostError

from web import problems
from web.problems import ProblemError

# The largest body is a profile with all interests there can be, each character escaped: 48 KiB.
BODY_BYTES_MAX = 64 * 1024


def read_json_object(request: HttpRequest) -> dict[str, object]:
    _require_json(request)
    _require_known_size(request)
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(problems.invalid_body("The body must be UTF-8.")) from None
    except UnreadablePostError:
        raise ProblemError(problems.invalid_body("The body ended too early.")) from None
    try:
        members = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        # Without the parser's words: they may repeat what was sent.
        raise ProblemError(problems.invalid_body("The body must be a JSON object."))
    return members


def _require_json(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() != "utf-8":
        detail = "The content type must be application/json, in UTF-8."
        raise ProblemError(problems.from_status(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail))


def _require_known_size(request: HttpRequest) -> None:
    try:
        size_bytes = int(request.headers.get("content-length") or 0)
    except ValueError:
        size_bytes = 0
    if size_bytes > BODY_BYTES_MAX:
        detail = f"The body may have at most {BODY_BYTES_MAX} bytes."
        raise ProblemError(problems.body_too_large(detail))
    if "transfer-encoding" in request.headers:
        # Django reads as much as Content-Length says, and nothing without one.
        detail = "The body needs a Content-Length."
        raise ProblemError(problems.from_status(HTTPStatus.LENGTH_REQUIRED, detail))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
