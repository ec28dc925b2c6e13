"""The status of a refused login, which Django answers with 200 and the form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts.login_form import LimitedAuthenticationForm
from web.middleware import GetResponse


class LoginStatusMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        context: Any = response.context_data or {}
        form = context.get("form")
        if isinstance(form, LimitedAuthenticationForm) and form.refused_status is not None:
            response.status_code = form.refused_status
            if form.retry_after_seconds is not None:
                response.headers["retry-after"] = str(form.retry_after_seconds)
        return response
