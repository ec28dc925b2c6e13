from django.urls import path

from members.apis import MembersApi, MyselfApi

urlpatterns = [
    path("members", MembersApi.as_view(), name="members"),
    path("members/me", MyselfApi.as_view(), name="myself"),
]
