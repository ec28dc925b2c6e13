"""`GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`."""

import time
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from allocation.http.dto.allocation_request import asks_for_debugging, parse_request
from allocation.http.dto.allocation_response import allocation_document
from allocation.http.dto.parameters import read_parameters
from allocation.services.allocation import Allocation, AllocationService, UnknownUnit
from allocation.services.catalog_cache import CatalogUnavailable
from allocation.startup import get_allocation_service
from web import problems
from web.api import ApiView
from web.problems import Problem, ProblemError


class AllocationApi(ApiView):
    # Not HEAD: an answer's head alone is of use to nobody.
    http_method_names = ["get", "post"]

    kind: str = ""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.environ.get("REQUEST_METHOD") != request.method:
            # Methods are told apart by case, and Django has made capitals of this one.
            return self.http_method_not_allowed(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._allocate(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._allocate(request)

    def _allocate(self, request: HttpRequest) -> HttpResponse:
        service = _service()
        parameters = read_parameters(request)
        if asks_for_debugging(parameters) and not service.may_debug(_bearer(request)):
            raise ProblemError(_unauthorized())
        query, debugging = parse_request(parameters, int(time.time()))
        try:
            allocation = service.allocate(self.kind, query, debugging)
        except UnknownUnit:
            raise ProblemError(_unknown_unit()) from None
        except CatalogUnavailable:
            raise ProblemError(_catalog_unavailable()) from None
        return _answer(allocation, service.link_base)


def _answer(allocation: Allocation, link_base: str) -> HttpResponse:
    document = allocation_document(
        request_id=allocation.request_id,
        catalog_version=allocation.catalog_version,
        decision=allocation.decision,
        tokens=allocation.tokens,
        link_base=link_base,
    )
    # Never cached: every answer is one user's, of one minute.
    response = HttpResponse(
        document, content_type="application/json", headers={"cache-control": "no-store"}
    )
    degraded = []
    if allocation.is_user_state_missing:
        degraded.append("redis")
    if allocation.is_catalog_stale:
        degraded.append("catalog")
    if degraded:
        response.headers["x-lockfill-degraded"] = ", ".join(degraded)
    return response


def _service() -> AllocationService:
    service = get_allocation_service()
    if service is None:
        detail = "Allocation is not configured here: LOCKFILL_SIGNING_KEYS and others are not set."
        raise ProblemError(problems.from_status(HTTPStatus.SERVICE_UNAVAILABLE, detail))
    return service


def _bearer(request: HttpRequest) -> str | None:
    scheme, separator, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if separator and scheme.lower() == "bearer" else None


def _unauthorized() -> Problem:
    detail = "The parameters explain and now need the debug token as a bearer token."
    headers = {"www-authenticate": "Bearer"}
    return problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **headers)


def _unknown_unit() -> Problem:
    detail = "No unit of the published catalog has this unit_id."
    return Problem(HTTPStatus.NOT_FOUND, "unknown-unit", "Unknown unit", detail)


def _catalog_unavailable() -> Problem:
    detail = "No catalog could be loaded yet. Try again in a second."
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "catalog-unavailable",
        "Catalog unavailable",
        detail,
        headers={"retry-after": "1"},
    )
