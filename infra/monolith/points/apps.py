from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    """The points of members, in a ledger that only grows."""

    name = "points"
    verbose_name = _("Points")
