from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """The members of the lock-screen app, their devices and the tokens of these devices."""

    name = "members"
    verbose_name = _("Members")
