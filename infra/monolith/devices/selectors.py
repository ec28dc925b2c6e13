"""Reads of device settings."""

from devices.models import DeviceSettings
from members.models import MemberDevice


def get_device_settings(registration: MemberDevice | None, device_id: str) -> DeviceSettings:
    """The settings of a registered device or, without one, of the device ID.

    A device without a row has the defaults, as an unsaved object.
    """
    if registration is not None:
        saved = DeviceSettings.objects.filter(registration=registration).first()
        return saved or DeviceSettings(registration=registration)
    saved = DeviceSettings.objects.filter(device_id=device_id).first()
    return saved or DeviceSettings(device_id=device_id)


def has_unregistered_settings(device_id: str) -> bool:
    return DeviceSettings.objects.filter(device_id=device_id).exists()
