"""The range of times that every part of the system can store."""

from datetime import datetime, timezone

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# MariaDB stores no earlier time than the first. The functions take the time after the last for "no
# end", and no flight may begin there.
INSTANT_MIN = datetime(1000, 1, 1, tzinfo=timezone.utc)
INSTANT_MAX = datetime(9999, 12, 30, 21, 59, 59, tzinfo=timezone.utc)


def validate_instant(value: datetime) -> None:
    if not INSTANT_MIN <= value <= INSTANT_MAX:
        raise ValidationError(_("Choose a date of the years 1000 to 9999."))
