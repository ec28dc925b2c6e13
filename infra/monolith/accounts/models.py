"""What the admin keeps of each person beside the account."""

from django.conf import settings
from django.db import models

LANGUAGE_LENGTH_MAX = 8


class Preference(models.Model):
    """The language in which a person reads the admin; without a row it is the browser's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    language = models.CharField(max_length=LANGUAGE_LENGTH_MAX)
