from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What was delivered and what was asked for, as pages and as files."""

    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from reports.roles import grant_once

        # Connected after the receivers that make the permissions and the groups.
        post_migrate.connect(grant_once, sender=self, dispatch_uid="reports.roles")
