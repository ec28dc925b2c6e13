from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class AdopsConfig(AppConfig):
    """Advertising and editorial: the rows that a published catalog consists of."""

    name = "adops"
    verbose_name = _("Ad operations")

    def ready(self) -> None:
        from adops.receivers import forget_pauses
        from adops.roles import make_roles
        from adops.services.spending import spend_after_sync
        from delivery.signals import delivery_synced

        post_save.connect(forget_pauses, dispatch_uid="adops.pauses")
        delivery_synced.connect(spend_after_sync, dispatch_uid="adops.spending")
        # Connected after Django's receiver, which creates the permissions.
        post_migrate.connect(make_roles, sender=self, dispatch_uid="adops.roles")
