"""`GET` and `POST /api/v1/events/{impression,click}/TOKEN`: the pixel, the redirect, and both as beacons;
`POST /api/v1/events`: many reports at once.

A beacon is recorded like a GET, and its body is not read. Its page never sees the answer, so the answer
is empty and allows no origin; neither does a pixel need one.
"""

import json
import time
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from allocation.http import problems
from allocation.http.degraded import mark_degraded
from allocation.http.dto.event_batch import batch_document, read_batch, reason
from allocation.http.dto.event_query import reported_time, sender
from allocation.http.public_api import PublicApi
from allocation.services import events
from allocation.services.catalog_cache import FromCatalog
from allocation.services.events import EventService, Outcome, Report
from web.middleware import LOGGED_REQUEST_ID
from web.problems import Problem, ProblemError

# A transparent GIF of one pixel (`GIF89a`).
_PIXEL = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00"
    b"\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_PROBLEMS: dict[str, Callable[[], Problem]] = {
    events.INVALID_TOKEN: problems.invalid_token,
    events.EXPIRED_TOKEN: problems.expired_token,
    events.NO_LANDING_PAGE: problems.no_landing_page,
    events.LEDGER_UNAVAILABLE: problems.ledger_unavailable,
    events.CATALOG_UNAVAILABLE: problems.catalog_unavailable,
}


class EventApi(PublicApi):
    not_configured: Callable[[], Problem] = staticmethod(problems.events_not_configured)
    # Gives what this process records events with; None where it is not configured.
    provide: Callable[[], EventService | None] = staticmethod(lambda: None)

    def allows_origin(self, origin: str) -> FromCatalog[bool] | None:
        service = self.provide()
        return None if service is None else service.allows_origin(origin, time.time())

    def require_service(self) -> EventService:
        service = self.provide()
        if service is None:
            raise ProblemError(self.not_configured())
        return service


class EventLinkApi(EventApi):
    # One of `models.event.EVENT_KINDS`.
    kind: str = ""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._accept(request, token, _answer)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        return self._accept(request, token, _answer_beacon)

    def _accept(
        self, request: HttpRequest, token: str, answer: Callable[[Outcome], HttpResponse]
    ) -> HttpResponse:
        service = self.require_service()
        # The request's only reading of the clock.
        now = time.time()
        reported = reported_time(request)
        sent = _without_slash(_as_sent(request, token))
        report = Report(self.kind, sent, reported.at, reported.is_ignored)
        [outcome] = service.accept([report], sender(request), now)
        if outcome.request_id is not None:
            request.META[LOGGED_REQUEST_ID] = str(outcome.request_id)
        response = answer(outcome) if outcome.problem is None else _PROBLEMS[outcome.problem]().response()
        if outcome.recorded is not None:
            response.headers["x-lockfill-recorded"] = outcome.recorded
            if outcome.is_at_ignored:
                response.headers["x-lockfill-ignored"] = "at"
        return _mark(response, [outcome])


class EventBatchApi(EventApi):
    http_method_names = ["post"]

    def allows_origin(self, origin: str) -> FromCatalog[bool] | None:
        """Of no origin: a batch names no unit whose pages could read its answer. A page sends beacons to
        links.
        """
        return None if self.provide() is None else FromCatalog(False, is_stale=False)

    def post(self, request: HttpRequest) -> HttpResponse:
        service = self.require_service()
        # The request's only reading of the clock.
        now = time.time()
        outcomes = service.accept(read_batch(request), sender(request), now)
        if all(outcome.recorded == events.NO for outcome in outcomes):
            # A client that has to send all of them again needs no list.
            response: HttpResponse = _PROBLEMS[reason(outcomes[0]) or events.LEDGER_UNAVAILABLE]().response()
            response.headers["x-lockfill-recorded"] = events.NO
            return _mark(response, outcomes[:1])
        document = json.dumps(batch_document(outcomes), separators=(",", ":"))
        return _mark(_response(document.encode(), "application/json"), outcomes)


def _answer(outcome: Outcome) -> HttpResponse:
    if outcome.landing_url is None:
        return _response(_PIXEL, "image/gif")
    response = _response(b"", "text/plain", HTTPStatus.FOUND)
    response.headers["location"] = outcome.landing_url
    # The browser does not send the token to the landing page.
    response.headers["referrer-policy"] = "no-referrer"
    return response


def _answer_beacon(outcome: Outcome) -> HttpResponse:
    # No redirection: a beacon follows none.
    response = _response(b"", "", HTTPStatus.NO_CONTENT)
    del response.headers["content-type"]
    return response


def _response(body: bytes, content_type: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(body, content_type=content_type, status=status, headers={"cache-control": "no-store"})


def _mark(response: HttpResponse, outcomes: list[Outcome]) -> HttpResponse:
    return mark_degraded(
        response,
        redis=any(outcome.is_uncounted for outcome in outcomes),
        catalog=any(outcome.is_catalog_stale for outcome in outcomes),
        ledger=any(outcome.is_ledger_missing for outcome in outcomes),
    )


def _as_sent(request: HttpRequest, token: str) -> str:
    """A token as the client wrote it. Where it is encoded, it is not the text that was handed out."""
    path = str(request.META.get("RAW_URI", "")).partition("?")[0]
    return path if "%" in path else token


def _without_slash(token: str) -> str:
    """A token without the slash at its end, which clients of the old monolith send."""
    return token.removesuffix("/")
