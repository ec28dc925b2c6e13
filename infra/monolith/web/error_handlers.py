"""The responses of requests that no view answers: problem documents under `/api/`, and Django's own
pages elsewhere.
"""

from http import HTTPStatus
from posixpath import normpath

from django.http import HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from web import problems

_API_PREFIX = "/api/"


# An app or a program sends no token of a form, and a refusal changes nothing.
@csrf_exempt
def unknown_api(request: HttpRequest) -> HttpResponse:
    detail = "There is nothing at this path."
    return problems.from_status(HTTPStatus.NOT_FOUND, detail).response()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.bad_request(request, exception)
    # The text of the exception may repeat parts of the request, so the problem leaves it out.
    detail = "The request is malformed."
    return problems.from_status(HTTPStatus.BAD_REQUEST, detail).response()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.permission_denied(request, exception)
    detail = "The client has no permission for this request."
    return problems.from_status(HTTPStatus.FORBIDDEN, detail).response()


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The balancer resolves the dots of a path before it compares the path with a rule. `/./api/`
    # therefore counts as a path of an API here too.
    if not normpath(request.path).startswith(_API_PREFIX):
        return defaults.page_not_found(request, exception)
    return unknown_api(request)


def server_error(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(_API_PREFIX):
        return defaults.server_error(request)
    detail = "The server failed to process the request. The server has logged the error."
    return problems.from_status(HTTPStatus.INTERNAL_SERVER_ERROR, detail).response()
