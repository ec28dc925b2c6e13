"""What every request and response of Django has: headers, and a path that may be logged."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from web.logged_path import logged_path

GetResponse = Callable[[HttpRequest], HttpResponse]
# The key of a WSGI environment under which the access log finds the path to log.
LOGGED_PATH = "lockfill.logged_path"


class LoggedPathMiddleware:
    """Leaves the path for the access log, as soon as it is known what the route captured."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        request.META[LOGGED_PATH] = logged_path(request.path_info, request.resolver_match)
        return response


class ServedByMiddleware:
    """Names Django in every response, because clients reach Django and functions at one address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers["x-lockfill-served-by"] = "django"
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
