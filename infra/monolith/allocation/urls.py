from django.urls import path

from allocation.apis import AllocationApi
from allocation.decision.decide import KINDS

urlpatterns = [path(kind, AllocationApi.as_view(kind=kind), name=kind) for kind in KINDS]
