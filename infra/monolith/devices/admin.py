"""Device settings, which support staff can read and change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from devices.models import DeviceSettings


@admin.register(DeviceSettings)
class DeviceSettingsAdmin(admin.ModelAdmin):
    list_display = [
        "stated_device_id",
        "lock_screen_enabled",
        "language",
        "wifi_only_images",
        "updated_at",
    ]
    list_filter = ["lock_screen_enabled", "language", "wifi_only_images"]
    search_fields = ["device_id", "registration__device_id"]
    list_select_related = ["registration"]
    readonly_fields = ["created_at", "updated_at"]

    @admin.display(description=_("device ID"), ordering="device_id")
    def stated_device_id(self, settings: DeviceSettings) -> str:
        return settings.stated_device_id

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The owner of a row never changes: a registration, or a device ID."""
        if obj is None:
            return ["created_at", "updated_at"]
        owner = "device_id" if obj.registration is None else "registration"
        return [owner, "created_at", "updated_at"]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["device_id"] if obj is not None and obj.registration is not None else []
