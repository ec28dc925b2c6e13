from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    """What members earned and spent: a ledger that is only ever added to."""

    name = "points"
    verbose_name = _("Points")
