"""The admin of ad operations. Importing these modules registers their models."""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from adops.admin import advertising, attention, creatives, editorial, history, placement

__all__ = ["advertising", "attention", "creatives", "editorial", "history", "placement"]

admin.site.site_title = "Lockfill"
# All times on all pages are in this time zone.
admin.site.site_header = format_lazy("Lockfill · {} {}", _("times in"), str(settings.ADMIN_TIME_ZONE))
# The monolith has no page for operators beside the admin.
admin.site.site_url = None
# What needs attention comes first.
admin.site.index_template = "adops/home.html"
