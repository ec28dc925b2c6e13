from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdopsConfig(AppConfig):
    """Advertising and editorial: everything that a published catalog is made of."""

    name = "adops"
    verbose_name = _("Ad operations")
