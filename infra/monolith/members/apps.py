from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """People who use the lock-screen app, and the phones that they use it on."""

    name = "members"
    verbose_name = _("Members")
