from rewards.apis import UnlocksApi
from web.paths import api_path

urlpatterns = [*api_path("rewards/unlocks", UnlocksApi.as_view(), "unlocks")]
