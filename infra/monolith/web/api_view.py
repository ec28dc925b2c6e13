"""The base of every JSON API."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from web import problems
from web.problems import ProblemError


class ApiView(View):
    """A view whose errors are problem documents. Subclasses have a method per HTTP verb."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # Apps send no cookies and these views read none, so there is nothing to forge.
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except ProblemError as error:
            return error.problem.response()

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        allowed = ", ".join(self._allowed_methods())
        detail = f"This path answers {allowed}."
        return problems.from_status(HTTPStatus.METHOD_NOT_ALLOWED, detail, allow=allowed).response()


def json_response(
    document: dict[str, object], *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """An answer that is one device's, and so never cached."""
    return JsonResponse(
        document,
        status=status,
        headers={"cache-control": "no-store"},
        json_dumps_params={"ensure_ascii": False},
    )
