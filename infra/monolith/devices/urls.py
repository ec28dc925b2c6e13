from django.urls import re_path

from devices.apis import DeviceSettingsApi

urlpatterns = [
    # Any text at all, slashes and line ends too: the API itself says what a device id must be.
    re_path(
        r"^(?P<device_id>(?s:.*))/settings\Z", DeviceSettingsApi.as_view(), name="device-settings"
    ),
]
