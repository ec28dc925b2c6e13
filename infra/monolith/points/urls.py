from points.apis import EntriesApi, PointsApi, SpendingsApi
from web.paths import api_path

urlpatterns = [
    *api_path("points", PointsApi.as_view(), "points"),
    *api_path("points/entries", EntriesApi.as_view(), "points-entries"),
    *api_path("points/spendings", SpendingsApi.as_view(), "points-spendings"),
]
