"""What all views of the management API have in common."""

import json
from collections.abc import Callable
from datetime import timezone as datetime_timezone
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from management.http.authentication import HasScope, KeyAuthentication, KeyThrottle
from management.http.described import Described
from management.http.negotiation import JsonAlone
from management.http.problems import answer_of, forbidden, invalid
from management.http.schema import ManagementSchema
from management.scopes import Scope
from management.services.answers import Answer, Attempt, InFlight, KeyReused, begin, carried_out
from management.services.writing import Actor
from web import problems
from web.idempotency import key_reused, require_idempotency_key
from web.problems import ProblemError

# What is done outside of the transaction, and what is done in it with the result.
Prepare = Callable[[], Any]
Act = Callable[[Any], HttpResponse]
_KEPT_HEADERS = ("etag", "location")


class ManagementView(APIView):
    """A view for programs, in English and in UTC."""

    authentication_classes = [KeyAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [KeyThrottle]
    content_negotiation_class = JsonAlone
    # Named for the OpenAPI document: `management.http.bodies` reads bodies, and views write them.
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    metadata_class = None
    schema = ManagementSchema()
    http_method_names = ["get", "head", "post", "patch", "delete"]

    read_scope: ClassVar[Scope] = Scope.READ
    write_scope: ClassVar[Scope] = Scope.WRITE_CATALOG

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override("en"), timezone.override(datetime_timezone.utc):
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As the framework's, but that a refused request counts as well."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_permissions(request)

    def scope_for(self, method: str) -> Scope:
        return self.read_scope if method in ("GET", "HEAD") else self.write_scope

    def describe(self, method: str) -> Described:
        """What the OpenAPI document says of a method."""
        raise NotImplementedError

    @property
    def actor(self) -> Actor:
        return Actor(self.request.auth)

    def require_permission(self, name: str) -> None:
        if not self.request.user.has_perm(name):
            raise ProblemError(forbidden(f"The key's owner has not the permission {name}."))

    def handle_exception(self, error: Exception) -> HttpResponse:
        answer = answer_of(error)
        if answer is None:
            raise error
        return answer

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = ", ".join(self.allowed_methods)
        detail = f"This path answers {allowed}."
        return problems.from_status(HTTPStatus.METHOD_NOT_ALLOWED, detail, allow=allowed).response()

    def once(self, request: Request, act: Act, prepare: Prepare = lambda: None) -> HttpResponse:
        """Carries a POST out, or gives the answer of before."""
        key = require_idempotency_key(request)
        about = f"{request.method} {request.get_full_path()}\n".encode("utf-8", "surrogateescape")
        attempt = Attempt(request.auth, key, sha256(about + request._request.body).hexdigest())
        try:
            stored = begin(attempt)
            if stored is not None:
                return _replayed(stored)
            answer = Answer(0, "")
            with carried_out(attempt, answer, prepare) as prepared:
                response = act(prepared)
                answer.status, answer.body = response.status_code, response.content.decode()
                answer.headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
            return response
        except KeyReused:
            raise ProblemError(key_reused()) from None
        except InFlight:
            detail = "The same request is being carried out. Repeat it in a second."
            headers = {"retry-after": "1"}
            raise ProblemError(problems.from_status(HTTPStatus.CONFLICT, detail, **headers)) from None


def _replayed(stored: Answer) -> HttpResponse:
    headers = {**stored.headers, "cache-control": "no-store", "idempotency-replayed": "true"}
    return HttpResponse(stored.body, "application/json", stored.status, headers=headers)


def answer(
    document: Any, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> HttpResponse:
    """For one client alone, so no cache may store it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    named = {"cache-control": "no-store", **(headers or {})}
    return HttpResponse(text, "application/json", status, headers=named)


def read_query(request: Request, allowed: frozenset[str]) -> dict[str, str]:
    """The parameters of a query, each once. Raises a 400 problem."""
    found: dict[str, str] = {}
    for name, values in request.query_params.lists():
        if name not in allowed:
            raise invalid(name[:64], "There is no such parameter.")
        if len(values) > 1:
            raise invalid(name, "Send this once.")
        if "\0" in values[0] or any("\ud800" <= each <= "\udfff" for each in values[0]):
            raise invalid(name, "This has a character that no text may have.")
        found[name] = values[0]
    return found


def read_flag(query: dict[str, str], name: str) -> bool:
    text = query.get(name, "false")
    if text not in ("true", "false"):
        raise invalid(name, "This is true or false.")
    return text == "true"
