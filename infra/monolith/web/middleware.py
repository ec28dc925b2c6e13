"""What every request and response of Django has: headers, and a path that may be logged."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from web.logged_path import logged_path
from web.trace import TRACE_HEADER, current_trace, read_trace

GetResponse = Callable[[HttpRequest], HttpResponse]
# The keys of a WSGI environment under which the access log finds what it says about a request.
LOGGED_PATH = "lockfill.logged_path"
LOGGED_TRACE = "lockfill.trace"
# The id of an allocation, which is in its answer; a view leaves it here.
LOGGED_REQUEST_ID = "lockfill.request_id"
# The header `Vary` of an answer that depends on neither language nor cookies, which middlewares name
# in every answer; a view leaves it here, empty for none.
EXACT_VARY = "lockfill.vary"


class RequestLogMiddleware:
    """Leaves trace id and path for the access log, and the trace id for all lines in between."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = request.META[LOGGED_TRACE] = read_trace(request.META.get(TRACE_HEADER, ""))
        before = current_trace.set(trace)
        try:
            response = self.get_response(request)
        finally:
            current_trace.reset(before)
        # Only now is it known what the route captured.
        request.META[LOGGED_PATH] = logged_path(request.path_info, request.resolver_match)
        return response


class ServedByMiddleware:
    """Names Django in every response, because clients reach Django and functions at one address.

    Both answer an allocation with the same headers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["x-lockfill-served-by"] = "django"
        vary = request.META.get(EXACT_VARY)
        if vary is not None:
            del response.headers["vary"]
        if vary:
            response.headers["vary"] = vary
        return response


class SecureCookiesMiddleware:
    """Marks the cookies of HTTPS responses as secure: browsers do not send them over plain HTTP."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response
