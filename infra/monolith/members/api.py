"""The base of every JSON API that is a member's."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from members.authentication import unauthorized
from points.services import AccountClosed
from web.api import ApiView


class MemberApiView(ApiView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except AccountClosed:
            # Erased by another request after the token was looked up: the token is void now.
            return unauthorized().problem.response()
