"""What a key may be used for. Its owner's permissions are required besides."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    READ = "read", _("read rows and publications")
    WRITE_CATALOG = "write:catalog", _("add, change and delete rows")
    PUBLISH = "publish", _("publish, approve, cancel and roll back")
    REPORTS = "reports", _("read reports")
