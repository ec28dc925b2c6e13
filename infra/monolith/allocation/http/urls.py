"""The paths of allocation."""

from collections.abc import Callable

from django.urls import URLPattern, path

from allocation.decision.decide import KINDS
from allocation.http.apis import AllocationApi, Allocations


def allocation_paths(provide: Callable[[], Allocations | None]) -> list[URLPattern]:
    """The paths of each kind of allocation, answered with what `provide` gives.

    Clients of the old monolith end paths with a slash; a redirect would lose the body of a POST.
    """
    return [
        path(f"{kind}{slash}", AllocationApi.as_view(kind=kind, provide=provide), name=kind)
        for kind in KINDS
        for slash in ("/", "")
    ]
