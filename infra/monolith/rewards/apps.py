from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    """Points for unlocking the phone, at most so many a day."""

    name = "rewards"
    verbose_name = _("Rewards")
