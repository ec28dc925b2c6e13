from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """What people set on their phones, for the lock-screen app."""

    name = "devices"
