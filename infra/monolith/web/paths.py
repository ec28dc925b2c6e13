"""Paths of APIs."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path


def api_path(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """A path, with a slash at its end or without.

    Clients of the old monolith send one; a redirect would lose the body of a POST. A link is made of
    the last pattern of a name.
    """
    return [path(f"{route}/", view, name=name), path(route, view, name=name)]
