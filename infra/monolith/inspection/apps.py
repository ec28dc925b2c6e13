from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    """Questions about one item or one screen: why not, and the preview."""

    name = "inspection"
    verbose_name = _("Inspection")
