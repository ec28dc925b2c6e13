"""The admin's clock."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from web.middleware import GetResponse

_ADMIN_PREFIX = "/admin/"


class AdminTimeZoneMiddleware:
    """Lets people read and write times by their own clock in the admin alone: what an API says of
    times must not depend on a setting.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_ADMIN_PREFIX):
            return self.get_response(request)
        with timezone.override(settings.ADMIN_TIME_ZONE):
            return self.get_response(request)
