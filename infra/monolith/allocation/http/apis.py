"""`GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from allocation.http import cors, problems
from allocation.http.degraded import mark_degraded
from allocation.http.dto.allocation_request import asks_for_debugging, parse_request, unit_id_of
from allocation.http.dto.allocation_response import allocation_document
from allocation.http.dto.parameters import Parameters
from allocation.http.dto.reading import read_parameters
from allocation.http.public_api import PublicApi
from allocation.http.request_id import new_request_id
from allocation.services.allocation import Allocation, AllocationService, UnknownUnit
from allocation.services.allocation_request import AllocationRequest
from allocation.services.catalog_cache import CatalogUnavailable, FromCatalog
from allocation.services.debug_token import DebugToken
from web.middleware import LOGGED_REQUEST_ID
from web.problems import Problem, ProblemError

_logger = logging.getLogger("django.allocation.requests")


@dataclass(frozen=True, slots=True)
class Allocations:
    """What the APIs answer with."""

    service: AllocationService
    # The scheme and host of tracking links.
    link_base: str
    # Without one, debugging is off.
    debug_token: DebugToken | None


class AllocationApi(PublicApi):
    # One of `decision.decide.KINDS`.
    kind: str = ""
    # Gives what this process answers with; None where allocation is not configured.
    provide: Callable[[], Allocations | None] = staticmethod(lambda: None)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def allows_origin(self, origin: str) -> FromCatalog[bool] | None:
        allocations = self.provide()
        return None if allocations is None else allocations.service.allows_origin(origin, time.time())

    def _answer(self, request: HttpRequest) -> HttpResponse:
        allocations = self.provide()
        if allocations is None:
            raise ProblemError(problems.not_configured())
        # The request's only reading of the clock.
        now_ns = time.time_ns()
        parameters = read_parameters(request)
        try:
            return self._allocate(request, parameters, allocations, now_ns)
        except ProblemError as error:
            return _refuse(request, parameters, error.problem, allocations.service, now_ns)

    def _allocate(
        self, request: HttpRequest, parameters: Parameters, allocations: Allocations, now_ns: int
    ) -> HttpResponse:
        wanted, ignored = self._wanted(request, parameters, allocations, now_ns)
        try:
            opened = allocations.service.open(wanted, now_ns / 1_000_000_000)
        except UnknownUnit:
            raise ProblemError(problems.unknown_unit()) from None
        except CatalogUnavailable:
            raise ProblemError(problems.catalog_unavailable()) from None
        allocation = opened.decide()
        response = _respond(allocation, allocations.link_base)
        if ignored:
            # Counted by this line: names alone, because values may be personal.
            _logger.info("parameters were ignored ignored=%s kind=%s", ignored, self.kind)
            response.headers["x-lockfill-ignored"] = ignored
        return cors.mark(allocation.origins, request, response)

    def _wanted(
        self, request: HttpRequest, parameters: Parameters, allocations: Allocations, now_ns: int
    ) -> tuple[AllocationRequest, str]:
        """What is asked, and the names of what is ignored of it."""
        if asks_for_debugging(parameters) and not _may_debug(request, allocations.debug_token):
            raise ProblemError(problems.debugging_unauthorized())
        query, debugging, ignored = parse_request(parameters, now_ns // 1_000_000_000)
        request_id = request.META[LOGGED_REQUEST_ID] = new_request_id(now_ns)
        return AllocationRequest(self.kind, query, request_id, debugging), ",".join(ignored)


def _refuse(
    request: HttpRequest, parameters: Parameters, problem: Problem, service: AllocationService, now_ns: int
) -> HttpResponse:
    """The problem as an answer that the pages of its unit may read."""
    response = problem.response()
    unit_id = unit_id_of(parameters)
    if unit_id is None or problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    try:
        origins = service.origins_of(unit_id, now_ns / 1_000_000_000)
    except CatalogUnavailable:
        return mark_degraded(response, catalog=True)
    return cors.mark(origins.value, request, mark_degraded(response, catalog=origins.is_stale))


def _may_debug(request: HttpRequest, token: DebugToken | None) -> bool:
    scheme, separator, candidate = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    is_bearer = bool(separator) and scheme.lower() == "bearer"
    return is_bearer and token is not None and token.matches(candidate.strip())


def _respond(allocation: Allocation, link_base: str) -> HttpResponse:
    document = allocation_document(
        request_id=allocation.request_id,
        catalog_version=allocation.catalog_version,
        decision=allocation.decision,
        tokens=allocation.tokens,
        link_base=link_base,
    )
    # Never cached: every answer is one user's, of one minute.
    response = HttpResponse(document, content_type="application/json", headers={"cache-control": "no-store"})
    if allocation.gates_version is not None:
        response.headers["x-lockfill-gates"] = str(allocation.gates_version)
    return mark_degraded(
        response,
        redis=allocation.is_user_state_missing,
        catalog=allocation.is_catalog_stale,
        gates=allocation.are_gates_stale,
    )
