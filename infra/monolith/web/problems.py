"""Problem documents (RFC 9457): the error responses of every API.

The functions answer with the same form, so that a client needs one handling of errors.
"""

from dataclasses import asdict, dataclass, field
from http import HTTPStatus

from django.http import JsonResponse


@dataclass(frozen=True)
class FieldError:
    """The error of one field: its name, and what its value must be."""

    field: str
    detail: str


@dataclass(frozen=True)
class Problem:
    status: HTTPStatus
    kind: str
    title: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> JsonResponse:
        document: dict[str, object] = {
            "type": f"urn:lockfill:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [asdict(error) for error in self.errors]
        return JsonResponse(
            document,
            status=self.status,
            content_type="application/problem+json",
            headers={"cache-control": "no-store", **self.headers},
            json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
        )


class ProblemError(Exception):
    """Ends a request. `ApiView` answers with the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def invalid_parameters(errors: list[FieldError]) -> Problem:
    names = ", ".join(error.field for error in errors)
    detail = f"These parameters are not valid: {names}."
    return Problem(HTTPStatus.BAD_REQUEST, "invalid-parameters", "Invalid parameters", detail, tuple(errors))


def invalid_body(detail: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "invalid-body", "Invalid body", detail)


def body_too_large(detail: str) -> Problem:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Problem(status, "body-too-large", "Body too large", detail)


def too_many_requests(retry_after_seconds: int) -> Problem:
    detail = f"There were too many requests of this kind. Repeat it in {retry_after_seconds} s."
    headers = {"retry-after": str(retry_after_seconds)}
    return from_status(HTTPStatus.TOO_MANY_REQUESTS, detail, **headers)


def from_status(status: HTTPStatus, detail: str, **headers: str) -> Problem:
    """A problem whose type and title are those of the HTTP status. `headers` go to the response."""
    kind = status.phrase.lower().replace(" ", "-")
    return Problem(status, kind, status.phrase.capitalize(), detail, headers=headers)
