"""Writes of device settings."""

from dataclasses import dataclass
from datetime import datetime, time

from devices.models import DeviceSettings
from members.models import Member


@dataclass(frozen=True)
class QuietHours:
    """Local times of the device, never equal. If `starts` is later, the hours go over midnight."""

    starts: time
    ends: time


@dataclass(frozen=True)
class Settings:
    lock_screen_enabled: bool
    quiet_hours: QuietHours | None
    language: str
    wifi_only_images: bool


def replace_device_settings(*, device_id: str, settings: Settings) -> DeviceSettings:
    """Saves all of a device's settings. The last write wins."""
    quiet_hours = settings.quiet_hours
    saved, _ = DeviceSettings.objects.update_or_create(
        device_id=device_id,
        defaults={
            "lock_screen_enabled": settings.lock_screen_enabled,
            "quiet_from": quiet_hours.starts if quiet_hours else None,
            "quiet_until": quiet_hours.ends if quiet_hours else None,
            "language": settings.language,
            "wifi_only_images": settings.wifi_only_images,
        },
    )
    return saved


def delete_settings_of_member(member: Member, _now: datetime) -> None:
    """A step of the erasure of a member: the member's devices have the default settings again."""
    device_ids = list(member.devices.values_list("device_id", flat=True))
    DeviceSettings.objects.filter(device_id__in=device_ids).delete()
