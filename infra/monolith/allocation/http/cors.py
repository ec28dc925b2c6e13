"""Which pages of other origins may ask, and read an answer: the part of the Fetch standard that
browsers leave to servers (https://fetch.spec.whatwg.org/#http-cors-protocol).

A preflight names no unit, so it allows an origin that any published unit lists. What a page may read
is decided by the answer, which allows the origins of its own unit alone. Answers never allow
credentials: no cookie and no password is part of a request.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from web.middleware import EXACT_VARY

# The methods of every allocation.
METHODS = "GET, POST"

_ORIGIN = "HTTP_ORIGIN"
# What a page may read besides the document.
_EXPOSED = "x-lockfill-degraded, x-lockfill-gates, x-lockfill-ignored, x-lockfill-served-by"
# How long a browser keeps an allowed preflight, in seconds. An origin that is listed no more is asked
# about again.
_MAX_AGE = "600"
# Not kept: the next request may find a catalog.
_NO_AGE = "0"


def preflight_origin(request: HttpRequest) -> str | None:
    """The origin that a preflight is about; None if the request is no preflight."""
    is_preflight = (
        request.META.get("REQUEST_METHOD") == "OPTIONS"
        and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
    )
    return request.META.get(_ORIGIN) if is_preflight else None


def allow_preflight(request: HttpRequest, origin: str, *, is_kept: bool) -> HttpResponse:
    """The answer to a preflight that allows its origin. `is_kept` is false where there is no catalog:
    the browser may ask what it wants to ask, once, and may find one.
    """
    response = HttpResponse(
        status=HTTPStatus.NO_CONTENT,
        headers={
            "cache-control": "no-store",
            "access-control-allow-origin": origin,
            "access-control-allow-methods": METHODS,
            # A JSON body needs its type. The debug token is not for pages, so `authorization` is not
            # allowed.
            "access-control-allow-headers": "content-type",
            "access-control-max-age": _MAX_AGE if is_kept else _NO_AGE,
        },
    )
    del response.headers["content-type"]
    request.META[EXACT_VARY] = "origin, access-control-request-method"
    return response


def mark(listed: tuple[str, ...], request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lets a page of a listed origin read the answer for a unit, and tells caches that the answer
    depends on it.
    """
    if listed:
        request.META[EXACT_VARY] = "origin"
        origin = request.META.get(_ORIGIN)
        if origin in listed:
            response.headers["access-control-allow-origin"] = origin
            response.headers["access-control-expose-headers"] = _EXPOSED
    return response
