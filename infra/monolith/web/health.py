"""`/healthz`: tells the balancer whether this server can answer requests."""

import logging
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from web.middleware import GetResponse

HEALTH_CHECK_PATH = "/healthz"

_logger = logging.getLogger("django.web.health")


class HealthCheckMiddleware:
    """Answers health checks before Django checks the Host header.

    The balancer's health checks name the address of the target as the host. No list of allowed
    hosts can contain that address in advance.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == HEALTH_CHECK_PATH:
            return _check_health()
        return self.get_response(request)


def _check_health() -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            # A query of a table, because SQLite opens a missing file as an empty database.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
    except DatabaseError as error:
        _logger.error("The database cannot be read: %s", error)
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "database unavailable")
    return _answer(HTTPStatus.OK, "ok")


def _answer(status: HTTPStatus, word: str) -> HttpResponse:
    return JsonResponse({"status": word}, status=status, headers={"cache-control": "no-store"})
