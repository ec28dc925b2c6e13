from django.apps import AppConfig


class LimitsConfig(AppConfig):
    """How often an address, a device or an account may do what must not be done without end."""

    name = "limits"
