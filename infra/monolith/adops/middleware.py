"""The time zone of the admin."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from web.middleware import GetResponse

_ADMIN_PREFIX = "/admin/"


class AdminTimeZoneMiddleware:
    """Shows and reads times in the operators' time zone in the admin alone. The times of an API
    must not depend on a setting.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(_ADMIN_PREFIX):
            return self.get_response(request)
        with timezone.override(settings.ADMIN_TIME_ZONE):
            return self.get_response(request)
