"""`Idempotency-Key`: a client may repeat a request whose response it never received, and the server
carries it out once.

The header follows
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/, except that the key has
no quotation marks.
"""

import re
from http import HTTPStatus

from django.http import HttpRequest

from web import problems
from web.problems import FieldError, Problem, ProblemError

# A UUID has 36 characters. 22 of these characters carry the 128 bits of a UUID; fewer do not.
_KEY_PATTERN = re.compile(r"\A[A-Za-z0-9_-]{22,128}\Z")


def require_idempotency_key(request: HttpRequest) -> str:
    """The key of the request. Raises a 400 problem."""
    key = request.headers.get("idempotency-key", "")
    if not _KEY_PATTERN.match(key):
        detail = "must be 22 to 128 of A-Z, a-z, 0-9, _ and -, such as a UUID"
        raise ProblemError(problems.invalid_parameters([FieldError("Idempotency-Key", detail)]))
    return key


def key_reused() -> Problem:
    detail = (
        "An earlier request with another body has this Idempotency-Key. Send a new key with a new request."
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(status, "idempotency-key-reused", "Idempotency key reused", detail)
