"""`Idempotency-Key`: an app may repeat a request whose answer it never saw; it is done once.

As https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ has it, but without
the quotation marks, which no one sends.
"""

import re
from http import HTTPStatus

from django.http import HttpRequest

from web import problems
from web.problems import FieldError, Problem, ProblemError

# A UUID has 36 characters; below 22 of these there are fewer than the 128 bits of one.
_KEY = re.compile(r"\A[A-Za-z0-9_-]{22,128}\Z")


def require_idempotency_key(request: HttpRequest) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _KEY.match(key):
        detail = "must be 22 to 128 of A-Z, a-z, 0-9, _ and -, such as a UUID"
        raise ProblemError(problems.invalid_parameters([FieldError("Idempotency-Key", detail)]))
    return key


def key_reused() -> Problem:
    detail = "This Idempotency-Key was used for something else before."
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(status, "idempotency-key-reused", "Idempotency key reused", detail)
