"""Reads of device settings."""

from devices.models import DeviceSettings


def get_device_settings(device_id: str) -> DeviceSettings:
    """A device's settings; of a device that never made any, the defaults, unsaved."""
    saved = DeviceSettings.objects.filter(device_id=device_id).first()
    return saved or DeviceSettings(device_id=device_id)
