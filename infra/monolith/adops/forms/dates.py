"""When something starts and when it ends, typed as a date and an hour.

An end without an hour includes its day, and is shown as `24:00` of it: the instant that the next
day begins at.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

_MIDNIGHT = "00:00"
_DAYS_END = "24:00"


class StartField(forms.SplitDateTimeField):
    """A date, and an hour that is midnight if it is left out."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Without an hour: from the beginning of the day."))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) == 2 and value[0] and not value[1]:
            value = [value[0], _MIDNIGHT]
        return super().clean(value)


class EndWidget(AdminSplitDateTime):
    """Shows an end at midnight as the end of the day before."""

    def decompress(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return super().decompress(value)
        day, hour = last_day_and_hour(value)
        return [day, _DAYS_END if hour is None else hour]


class EndField(forms.SplitDateTimeField):
    """A date, and an hour; the day is included if the hour is left out or is 24:00."""

    widget = EndWidget

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Without an hour: the day is included, until 24:00."))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        if isinstance(value, list | tuple) and len(value) == 2 and value[0] and _is_end_of_day(value[1]):
            value = self._next_midnight(value[0])
        return super().clean(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True

    def _next_midnight(self, day: Any) -> list[Any]:
        try:
            return [self.fields[0].clean(day) + timedelta(days=1), _MIDNIGHT]
        except (ValidationError, OverflowError):
            # Refused where all others are.
            return [day, _MIDNIGHT]


def _is_end_of_day(hour: Any) -> bool:
    return not hour or hour in (_DAYS_END, f"{_DAYS_END}:00")


def last_day_and_hour(end: datetime) -> tuple[date, time | None]:
    """The last local day before an end, and the hour on it; None for the end of the day."""
    local = timezone.localtime(end)
    if local.time() == time.min:
        return local.date() - timedelta(days=1), None
    return local.date(), local.time()


def format_instant(at: datetime | None) -> str:
    """`2026-11-30 09:00`, in the time zone that the page names."""
    return date_format(timezone.localtime(at), "Y-m-d H:i") if at else ""


def format_end(at: datetime | None) -> str:
    """The same of an end: midnight is `2026-11-30 24:00`, so that the last day is the one named."""
    if at is None:
        return ""
    day, hour = last_day_and_hour(at)
    return f"{day.isoformat()} 24:00" if hour is None else format_instant(at)
