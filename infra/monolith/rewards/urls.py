from django.urls import path

from rewards.apis import UnlocksApi

urlpatterns = [path("rewards/unlocks", UnlocksApi.as_view(), name="unlocks")]
