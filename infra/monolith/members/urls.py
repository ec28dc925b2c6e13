from django.urls import path

from members import device_apis
from members.apis import MembersApi, MyselfApi

urlpatterns = [
    path("challenges", device_apis.ChallengesApi.as_view(), name="challenges"),
    path("members", MembersApi.as_view(), name="members"),
    path("members/me", MyselfApi.as_view(), name="myself"),
    path("members/me/key", device_apis.MyKeyApi.as_view(), name="my-key"),
    path("members/me/devices", device_apis.MyDevicesApi.as_view(), name="my-devices"),
    path("members/me/pairing-codes", device_apis.PairingCodesApi.as_view(), name="pairing-codes"),
    path("members/me/revocations", device_apis.RevocationsApi.as_view(), name="revocations"),
    path("members/devices", device_apis.DevicesApi.as_view(), name="devices"),
    path("members/tokens", device_apis.TokensApi.as_view(), name="tokens"),
]
