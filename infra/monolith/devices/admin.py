"""Device settings, which support staff can read and change."""

from django.contrib import admin

from devices.models import DeviceSettings


@admin.register(DeviceSettings)
class DeviceSettingsAdmin(admin.ModelAdmin):
    list_display = [
        "device_id",
        "lock_screen_enabled",
        "language",
        "wifi_only_images",
        "updated_at",
    ]
    list_filter = ["lock_screen_enabled", "language", "wifi_only_images"]
    search_fields = ["device_id"]
    readonly_fields = ["created_at", "updated_at"]
