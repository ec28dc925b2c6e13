from django.urls import path

from allocation.decision.decide import KINDS
from allocation.http.apis import AllocationApi

urlpatterns = [path(kind, AllocationApi.as_view(kind=kind), name=kind) for kind in KINDS]
