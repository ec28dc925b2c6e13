"""`GET` and `POST /api/v1/allocation/{ads,contents,lockscreen}`."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from allocation.http import cors, problems
from allocation.http.dto.allocation_request import asks_for_debugging, parse_request, unit_id_of
from allocation.http.dto.allocation_response import allocation_document
from allocation.http.dto.parameters import Parameters
from allocation.http.dto.reading import read_parameters
from allocation.http.request_id import new_request_id
from allocation.services.allocation import (
    Allocation,
    AllocationRequest,
    AllocationService,
    UnknownUnit,
)
from allocation.services.catalog_cache import CatalogUnavailable
from allocation.services.debug_token import DebugToken
from web.api_view import ApiView
from web.middleware import EXACT_VARY, LOGGED_REQUEST_ID
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


class AllocationApi(ApiView):
    # Not HEAD: the headers of an answer are of no use without the slots.
    http_method_names = ["get", "post"]

    # One of `decision.decide.KINDS`.
    kind: str = ""
    # Gives what this process answers with; None where allocation is not configured.
    provide: Callable[[], Allocations | None] = staticmethod(lambda: None)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # An answer depends on no language and no cookie.
        request.META[EXACT_VARY] = ""
        if request.META.get("REQUEST_METHOD") != request.method:
            # Methods are case-sensitive, and Django has turned this one into capitals.
            return self.http_method_not_allowed(request)
        if (origin := cors.preflight_origin(request)) is not None:
            return self._answer_preflight(request, origin)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def _answer_preflight(self, request: HttpRequest, origin: str) -> HttpResponse:
        allocations = self.provide()
        if allocations is None:
            return problems.not_configured().response()
        try:
            is_allowed = allocations.service.allows_origin(origin, time.time())
        except CatalogUnavailable:
            return _mark_degraded(cors.allow_preflight(request, origin, is_kept=False), catalog=True)
        if is_allowed.value:
            response = cors.allow_preflight(request, origin, is_kept=True)
        else:
            response = problems.origin_not_allowed().response()
        return _mark_degraded(response, catalog=is_allowed.is_stale)

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
        return _mark_degraded(response, catalog=True)
    return cors.mark(origins.value, request, _mark_degraded(response, catalog=origins.is_stale))


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
    return _mark_degraded(
        response, redis=allocation.is_user_state_missing, catalog=allocation.is_catalog_stale
    )


def _mark_degraded(response: HttpResponse, *, redis: bool = False, catalog: bool) -> HttpResponse:
    """Names what was missing while answering: the user's state, or a confirmed catalog."""
    missing = [name for name, is_missing in (("redis", redis), ("catalog", catalog)) if is_missing]
    if missing:
        response.headers["x-lockfill-degraded"] = ", ".join(missing)
    return response
