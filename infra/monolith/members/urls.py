from members.apis import MembersApi, MyselfApi
from web.paths import api_path

urlpatterns = [
    *api_path("members", MembersApi.as_view(), "members"),
    *api_path("members/me", MyselfApi.as_view(), "myself"),
]
