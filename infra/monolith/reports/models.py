"""Reports have no table: a model of each gives it a permission and a line in the admin's menu."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryReport(models.Model):
    """Impressions, clicks and spend."""

    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = _("deliveries")
        verbose_name_plural = _("deliveries")


class RequestReport(models.Model):
    """Requests, and why they were not filled."""

    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = _("requests and fill")
        verbose_name_plural = _("requests and fill")
