"""The base of every JSON API that needs a member's token."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from members.authentication import unauthorized
from members.lifecycle import MemberErased
from web.api_view import ApiView


class MemberApiView(ApiView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except MemberErased:
            # Another request erased the member after this request's token was looked up. The token
            # is void now.
            return unauthorized().problem.response()
