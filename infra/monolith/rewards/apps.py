from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    """Points for unlocking a phone."""

    name = "rewards"
    verbose_name = _("Rewards")
