from django.urls import path

from points.apis import EntriesApi, PointsApi, SpendingsApi

urlpatterns = [
    path("points", PointsApi.as_view(), name="points"),
    path("points/entries", EntriesApi.as_view(), name="points-entries"),
    path("points/spendings", SpendingsApi.as_view(), name="points-spendings"),
]
