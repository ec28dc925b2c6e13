"""The base of the APIs that Django and the functions answer alike."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from allocation.http import cors, problems
from allocation.http.degraded import mark_degraded
from allocation.services.catalog_cache import CatalogUnavailable, FromCatalog
from web.api_view import ApiView
from web.middleware import EXACT_VARY
from web.problems import Problem


class PublicApi(ApiView):
    """A view that answers preflights, and takes methods as they are spelled."""

    # Not HEAD: the headers of an answer are of no use without the slots, and checking a link is no
    # event.
    http_method_names = ["get", "post"]
    # What a preflight is answered where this process is not configured.
    not_configured: Callable[[], Problem] = staticmethod(problems.not_configured)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # An answer depends on no language and no cookie.
        request.META[EXACT_VARY] = ""
        if request.META.get("REQUEST_METHOD") != request.method:
            # Methods are case-sensitive, and Django has turned this one into capitals.
            return self.http_method_not_allowed(request)
        if (origin := cors.preflight_origin(request)) is not None:
            return self._answer_preflight(request, origin)
        return super().dispatch(request, *args, **kwargs)

    def allows_origin(self, origin: str) -> FromCatalog[bool] | None:
        """Whether pages of an origin may ask at all; None where this process is not configured. Raises
        CatalogUnavailable.
        """
        raise NotImplementedError

    def _answer_preflight(self, request: HttpRequest, origin: str) -> HttpResponse:
        try:
            is_allowed = self.allows_origin(origin)
        except CatalogUnavailable:
            return mark_degraded(cors.allow_preflight(request, origin, is_kept=False), catalog=True)
        if is_allowed is None:
            return self.not_configured().response()
        if is_allowed.value:
            response = cors.allow_preflight(request, origin, is_kept=True)
        else:
            response = problems.origin_not_allowed().response()
        return mark_degraded(response, catalog=is_allowed.is_stale)
