"""Every refusal as a problem document."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from management.services.filling import RowRefused
from management.services.writing import NeedsConfirmation, StillNeeded
from web import problems
from web.problems import FieldError, Problem, ProblemError


def answer_of(error: Exception) -> HttpResponse | None:
    """The answer to a refused request; None for an error of the program."""
    problem = _problem_of(error)
    return None if problem is None else problem.response()


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, RowRefused):
        return problems.invalid_parameters([FieldError(each.member, each.text) for each in error.refusals])
    if isinstance(error, NeedsConfirmation):
        return confirmation_needed(str(error), "confirm=true")
    if isinstance(error, StillNeeded):
        detail = f"Other rows refer to it: {error}."
        return Problem(HTTPStatus.CONFLICT, "still-referred-to", "Still referred to", detail)
    if isinstance(error, IntegrityError):
        detail = "Another request has written the same at the same moment. Repeat it."
        return problems.from_status(HTTPStatus.CONFLICT, detail)
    if isinstance(error, exceptions.ValidationError):
        return problems.invalid_parameters(list(_field_errors(error.detail)))
    if isinstance(error, exceptions.Throttled):
        return problems.too_many_requests(max(int(error.wait or 1), 1))
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return unauthorized()
    if isinstance(error, Http404):
        return problems.from_status(HTTPStatus.NOT_FOUND, "There is nothing with this id.")
    if isinstance(error, PermissionDenied):
        return forbidden("The key's owner may not do this.")
    if isinstance(error, exceptions.APIException) and error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problems.from_status(HTTPStatus(error.status_code), "The request is refused.")
    return None


def unauthorized() -> Problem:
    detail = "Send a usable key as `Authorization: Bearer lfk_…`. It may be wrong, expired or revoked."
    headers = {"www-authenticate": 'Bearer realm="management"'}
    return problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **headers)


def forbidden(detail: str) -> Problem:
    return problems.from_status(HTTPStatus.FORBIDDEN, detail)


def insufficient_scope(scope: str) -> Problem:
    detail = f"The key has not the scope {scope}."
    headers = {"www-authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}
    return Problem(HTTPStatus.FORBIDDEN, "insufficient-scope", "Insufficient scope", detail, headers=headers)


def confirmation_needed(detail: str, how: str, errors: tuple[FieldError, ...] = ()) -> Problem:
    text = f"{detail} Repeat the request with {how} to do it all the same."
    return Problem(HTTPStatus.CONFLICT, "confirmation-needed", "Confirmation needed", text, errors)


def invalid(name: str, detail: str) -> ProblemError:
    return ProblemError(problems.invalid_parameters([FieldError(name, detail)]))


def _field_errors(detail: Any, path: str = "") -> list[FieldError]:
    if isinstance(detail, dict):
        return [
            each
            for name, inner in detail.items()
            for each in _field_errors(inner, f"{path}.{name}" if path else _named(str(name)))
        ]
    return [FieldError(path, str(text)) for text in detail]


def _named(name: str) -> str:
    return "" if name == "non_field_errors" else name
