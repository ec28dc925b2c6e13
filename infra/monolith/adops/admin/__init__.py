"""The admin of ad operations. Registering happens where the models' admins are."""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adops.admin import advertising, editorial, history, placement

__all__ = ["advertising", "editorial", "history", "placement"]

admin.site.site_title = "Lockfill"
# Every time on every page is by this clock.
admin.site.site_header = format_lazy(
    "Lockfill · {} {}", _("times in"), str(settings.ADMIN_TIME_ZONE)
)
# There is nothing else for people here.
admin.site.site_url = None
