"""The answers to refused logins, and the language of the admin."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import languages
from accounts.guesses import GuessRefused
from accounts.login_form import LimitedAuthenticationForm
from web.middleware import GetResponse

_ADMIN_PREFIX = "/admin/"


class LanguageMiddleware:
    """Shows the admin in the language that the person has chosen. APIs go by the request alone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(_ADMIN_PREFIX):
            languages.activate(request)
        return self.get_response(request)


class LoginStatusMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        context: Any = response.context_data or {}
        form = context.get("form")
        if isinstance(form, LimitedAuthenticationForm) and form.is_wrong:
            response.status_code = HTTPStatus.FORBIDDEN
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, GuessRefused):
            return None
        # A text, because guessers send so many that the page would use up the threads.
        return HttpResponse(
            _("There were too many attempts to log in. Try again later."),
            status=HTTPStatus.TOO_MANY_REQUESTS,
            content_type="text/plain; charset=utf-8",
            headers={"cache-control": "no-store", "retry-after": exception.retry_after_seconds},
        )
