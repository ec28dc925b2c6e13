"""Writes of device settings."""

from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction

from devices.models import DeviceSettings
from members.lifecycle import MemberErased
from members.models import Member, MemberDevice


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


def replace_device_settings(
    registration: MemberDevice | None, device_id: str, settings: Settings
) -> DeviceSettings:
    """Saves all settings of a registered device or, without one, of the device ID.

    The last write wins. Raises MemberErased for a device that was revoked meanwhile.
    """
    quiet_hours = settings.quiet_hours
    values = {
        "lock_screen_enabled": settings.lock_screen_enabled,
        "quiet_from": quiet_hours.starts if quiet_hours else None,
        "quiet_until": quiet_hours.ends if quiet_hours else None,
        "language": settings.language,
        "wifi_only_images": settings.wifi_only_images,
    }
    if registration is None:
        return DeviceSettings.objects.update_or_create(device_id=device_id, defaults=values)[0]
    with transaction.atomic():
        # The lock keeps the device from being revoked before the row refers to it.
        if not MemberDevice.objects.select_for_update().filter(pk=registration.pk).exists():
            raise MemberErased
        return DeviceSettings.objects.update_or_create(registration=registration, defaults=values)[0]


def copy_settings_from_before(device: MemberDevice, _now: datetime) -> None:
    """A step of the registration of a device: what was set before registering stays.

    The row of the device ID stays as it is: it may be of another phone, whose ID this one states.
    """
    before = DeviceSettings.objects.filter(device_id=device.device_id).first()
    if before is None:
        return
    DeviceSettings.objects.create(
        registration=device,
        lock_screen_enabled=before.lock_screen_enabled,
        quiet_from=before.quiet_from,
        quiet_until=before.quiet_until,
        language=before.language,
        wifi_only_images=before.wifi_only_images,
    )


def delete_settings_of_member(member: Member, _now: datetime) -> None:
    """A step of the erasure of a member: no settings of the member's devices are left.

    Settings from before a registration go too, unless a phone without a token has written them
    since. Such a phone is another one, or an older app.
    """
    for device in member.devices.all():
        unregistered = DeviceSettings.objects.filter(device_id=device.device_id)
        unregistered.filter(updated_at__lte=device.registered_at).delete()
    DeviceSettings.objects.filter(registration__member=member).delete()
