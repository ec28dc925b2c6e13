"""The paths of allocation."""

from collections.abc import Callable

from django.urls import URLPattern

from allocation.decision.decide import KINDS
from allocation.http.apis import AllocationApi, Allocations
from web.paths import api_path


def allocation_paths(provide: Callable[[], Allocations | None]) -> list[URLPattern]:
    """The paths of each kind of allocation, answered with what `provide` gives."""
    views = [(kind, AllocationApi.as_view(kind=kind, provide=provide)) for kind in KINDS]
    return [pattern for kind, view in views for pattern in api_path(kind, view, kind)]
