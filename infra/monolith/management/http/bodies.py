"""Bodies of requests: JSON objects that every store can hold."""

import math
import re
from typing import Any

from django.http import HttpRequest

from management.http.problems import invalid
from web import problems
from web.json_body import read_json_object
from web.problems import ProblemError

BODY_BYTES_MAX = 1024 * 1024
# Deeper than any document of a row.
_DEPTH_MAX = 16
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Raises a 4xx problem for every body that is not one JSON object that can be stored."""
    members = read_json_object(request, BODY_BYTES_MAX)
    _require_storable(members, 0)
    return members


def require_no_members(request: HttpRequest) -> None:
    """Raises a 4xx problem for a body that is neither absent nor an empty object."""
    if request.META.get("CONTENT_LENGTH") in (None, "", "0"):
        return
    if members := read_body(request):
        raise invalid(next(iter(members))[:64], "There is no such member, or it cannot be set.")


def _require_storable(value: Any, depth: int) -> None:
    if depth > _DEPTH_MAX:
        raise ProblemError(problems.invalid_body(f"The body is nested deeper than {_DEPTH_MAX} levels."))
    if isinstance(value, dict):
        for name, inner in value.items():
            _require_storable(name, depth + 1)
            _require_storable(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_storable(inner, depth + 1)
    elif isinstance(value, str) and _UNSTORABLE.search(value):
        detail = "A text has a character that none may have: U+0000, or half of a surrogate pair."
        raise ProblemError(problems.invalid_body(detail))
    elif isinstance(value, float) and not math.isfinite(value):
        raise ProblemError(problems.invalid_body("A number is too large."))
