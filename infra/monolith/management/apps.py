from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ManagementConfig(AppConfig):
    """What the admin does, for programs: an API with keys of its own."""

    name = "management"
    verbose_name = _("Management API")

    def ready(self) -> None:
        from management.roles import grant_once

        # Connected after the receivers that make the permissions and the groups.
        post_migrate.connect(grant_once, sender=self, dispatch_uid="management.roles")
