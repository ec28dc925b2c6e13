from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """Turns the edited catalog into the published one."""

    name = "publishing"
    verbose_name = _("Publishing")

    def ready(self) -> None:
        from adops.attention import register
        from publishing.attention import publications_in_need
        from publishing.receivers import connect_all
        from publishing.roles import grant_once

        connect_all()
        register(publications_in_need)
        # Connected after the receivers that make the permissions and the groups.
        post_migrate.connect(grant_once, sender=self, dispatch_uid="publishing.roles")
