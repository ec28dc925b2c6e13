"""The paths of allocation."""

from collections.abc import Callable

from django.urls import URLPattern, path

from allocation.decision.decide import KINDS
from allocation.http.apis import AllocationApi, Allocations


def allocation_paths(provide: Callable[[], Allocations | None]) -> list[URLPattern]:
    """A path for each kind of allocation, answered with what `provide` gives."""
    return [path(kind, AllocationApi.as_view(kind=kind, provide=provide), name=kind) for kind in KINDS]
