"""Reads the JSON object of a request's body."""

import json
from http import HTTPStatus
from typing import NoReturn

from django.http import HttpRequest, UnreadablePostError

from web import problems
from web.problems import ProblemError

# The largest valid body is a profile with 64 interests of 64 escaped characters each: 48 KiB.
BODY_BYTES_MAX = 64 * 1024


def read_json_object(request: HttpRequest, bytes_max: int = BODY_BYTES_MAX) -> dict[str, object]:
    """Raises a 4xx problem for every body that is not one JSON object in UTF-8 of so many bytes."""
    _require_json(request)
    _require_known_size(request, bytes_max)
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(problems.invalid_body("The body must be UTF-8.")) from None
    except UnreadablePostError:
        detail = "The body is shorter than its Content-Length."
        raise ProblemError(problems.invalid_body(detail)) from None
    try:
        members = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        # The message of the parser may repeat parts of the body, so the problem leaves it out.
        raise ProblemError(problems.invalid_body("The body must be a JSON object."))
    return members


def _require_json(request: HttpRequest) -> None:
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() != "utf-8":
        detail = "The content type must be application/json, in UTF-8."
        raise ProblemError(problems.from_status(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail))


def _require_known_size(request: HttpRequest, bytes_max: int) -> None:
    try:
        size_bytes = int(request.headers.get("content-length") or 0)
    except ValueError:
        size_bytes = 0
    if size_bytes > bytes_max:
        detail = f"The body must have at most {bytes_max} bytes."
        raise ProblemError(problems.body_too_large(detail))
    if "transfer-encoding" in request.headers:
        # Django reads as many bytes as Content-Length says, and none without that header.
        detail = "The request must have a Content-Length and no Transfer-Encoding."
        raise ProblemError(problems.from_status(HTTPStatus.LENGTH_REQUIRED, detail))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
