"""Notices about publishing on the pages of the admin."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from publishing.notices import notices_for
from web.middleware import GetResponse

_ADMIN_PREFIX = "/admin/"


class PublishingNoticesMiddleware:
    """Adds the notices right before a page is rendered, so that none waits for a page after it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        user = request.user
        if request.path.startswith(_ADMIN_PREFIX) and isinstance(user, User) and user.is_staff:
            for notice in notices_for(user):
                messages.warning(request, notice, extra_tags="publishing")
        return response
