"""Reads of device settings."""

from devices.models import DeviceSettings


def get_device_settings(device_id: str) -> DeviceSettings:
    """The settings of a device. A device without a row has the defaults, as an unsaved object."""
    saved = DeviceSettings.objects.filter(device_id=device_id).first()
    return saved or DeviceSettings(device_id=device_id)


def has_device_settings(device_id: str) -> bool:
    return DeviceSettings.objects.filter(device_id=device_id).exists()
