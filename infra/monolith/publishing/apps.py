from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    """Turns the edited catalog into the published one."""

    name = "publishing"
    verbose_name = _("Publishing")

    def ready(self) -> None:
        from publishing.receivers import connect_all

        connect_all()
