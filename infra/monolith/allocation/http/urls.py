"""The paths of allocation and of events."""

from collections.abc import Callable

from django.urls import URLPattern, re_path

from allocation.decision.decide import KINDS
from allocation.http.apis import AllocationApi, Allocations
from allocation.http.events import EventBatchApi, EventLinkApi
from allocation.models.event import EVENT_KINDS
from allocation.services.events import EventService
from web.paths import api_path


def allocation_paths(provide: Callable[[], Allocations | None]) -> list[URLPattern]:
    """The paths of each kind of allocation, answered with what `provide` gives."""
    views = [(kind, AllocationApi.as_view(kind=kind, provide=provide)) for kind in KINDS]
    return [pattern for kind, view in views for pattern in api_path(f"allocation/{kind}", view, kind)]


def event_paths(provide: Callable[[], EventService | None]) -> list[URLPattern]:
    """The paths of tracking links and of batches, recorded with what `provide` gives."""
    views = [(kind, EventLinkApi.as_view(kind=kind, provide=provide)) for kind in EVENT_KINDS]
    # Any text may stand where a token is: what is none is refused as one.
    links = [re_path(rf"^events/{kind}/(?P<token>(?s:.*))$", view, name=kind) for kind, view in views]
    batch = EventBatchApi.as_view(provide=provide)
    return [*links, *api_path("events", batch, "events")]
