from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    """Tells other systems what has happened."""

    name = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from adops.attention import register
        from publishing.signals import publication_refused
        from webhooks.attention import endpoints_in_need
        from webhooks.receivers import tell_refused

        publication_refused.connect(tell_refused, dispatch_uid="webhooks.publication_refused")
        register(endpoints_in_need)
