"""The base of every JSON API."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from web import problems
from web.problems import ProblemError


class ApiView(View):
    """A view that answers a ProblemError with its problem document.

    A subclass has one method for each HTTP verb that its path answers.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        # Apps send no cookies and these views read none, so no site can forge a request.
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except ProblemError as error:
            return error.problem.response()

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        verbs = [verb.upper() for verb in self.http_method_names if hasattr(self, verb)]
        allowed = ", ".join(verbs)
        detail = f"This path answers {allowed}."
        return problems.from_status(HTTPStatus.METHOD_NOT_ALLOWED, detail, allow=allowed).response()


def json_response(document: dict[str, object], *, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    """A response for one device alone, so no cache may store it."""
    return JsonResponse(
        document,
        status=status,
        headers={"cache-control": "no-store"},
        json_dumps_params={"ensure_ascii": False},
    )
