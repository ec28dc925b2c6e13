from django.urls import re_path

from devices.apis import DeviceSettingsApi

urlpatterns = [
    # The pattern matches every text, slashes and line ends included, so that the API answers an
    # invalid device ID with a problem.
    re_path(r"^(?P<device_id>(?s:.*))/settings/?\Z", DeviceSettingsApi.as_view(), name="device-settings"),
]
