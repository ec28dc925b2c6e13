"""Answers of last resort: JSON under /api/, Django's own pages everywhere else."""

from http import HTTPStatus
from posixpath import normpath

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from web import problems

_API_PREFIX = "/api/"


def unknown_api(request: HttpRequest) -> HttpResponse:
    detail = "There is nothing at this path."
    return problems.from_status(HTTPStatus.NOT_FOUND, detail).response()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.bad_request(request, exception)
    # Django's reason may repeat what was sent.
    detail = "The request cannot be understood."
    return problems.from_status(HTTPStatus.BAD_REQUEST, detail).response()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.permission_denied(request, exception)
    return problems.from_status(HTTPStatus.FORBIDDEN, "This is not allowed.").response()


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # With its dots resolved, as the balancer compares it: `/./api/` is a client of an API, too.
    if not normpath(request.path).startswith(_API_PREFIX):
        return defaults.page_not_found(request, exception)
    return unknown_api(request)


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.server_error(request)
    detail = "Something went wrong here. It has been logged."
    return problems.from_status(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()
