"""Writes of device settings."""

from dataclasses import dataclass
from datetime import time

from devices.models import DeviceSettings


@dataclass(frozen=True)
class QuietHours:
    """Local times of the device; `starts` later than `ends` goes over midnight. Never equal."""

    starts: time
    ends: time


@dataclass(frozen=True)
class Settings:
    lock_screen_enabled: bool
    quiet_hours: QuietHours | None
    language: str
    wifi_only_images: bool


def replace_device_settings(*, device_id: str, settings: Settings) -> DeviceSettings:
    """Saves all of a device's settings; the last writer wins."""
    quiet_hours = settings.quiet_hours
    saved, _ = DeviceSettings.objects.update_or_create(
        device_id=device_id,
        defaults={
            "lock_screen_enabled": settings.lock_screen_enabled,
            "quiet_from": quiet_hours and quiet_hours.starts,
            "quiet_until": quiet_hours and quiet_hours.ends,
            "language": settings.language,
            "wifi_only_images": settings.wifi_only_images,
        },
    )
    return saved


def delete_device_settings(device_id: str) -> None:
    """The device has the defaults again."""
    DeviceSettings.objects.filter(device_id=device_id).delete()
