from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DevicesConfig(AppConfig):
    """The settings of the lock-screen app on each device."""

    name = "devices"
    verbose_name = _("Devices")
