from members import device_apis
from members.apis import MembersApi, MyselfApi
from web.paths import api_path

urlpatterns = [
    *api_path("challenges", device_apis.ChallengesApi.as_view(), "challenges"),
    *api_path("members", MembersApi.as_view(), "members"),
    *api_path("members/me", MyselfApi.as_view(), "myself"),
    *api_path("members/me/key", device_apis.MyKeyApi.as_view(), "my-key"),
    *api_path("members/me/devices", device_apis.MyDevicesApi.as_view(), "my-devices"),
    *api_path("members/me/pairing-codes", device_apis.PairingCodesApi.as_view(), "pairing-codes"),
    *api_path("members/me/revocations", device_apis.RevocationsApi.as_view(), "revocations"),
    *api_path("members/devices", device_apis.DevicesApi.as_view(), "devices"),
    *api_path("members/tokens", device_apis.TokensApi.as_view(), "tokens"),
]
