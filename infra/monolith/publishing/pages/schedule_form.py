"""When a publication is to be made, as a person types it."""

from datetime import datetime, timedelta
from datetime import timezone as datetime_timezone
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A typing error in the year is one of these.
_AHEAD_MAX = timedelta(days=366)
_FIRST, _SECOND = "first", "second"


class ScheduleForm(forms.Form):
    """A day and an hour of the time zone that the page names, as `cleaned_data["due_at"]`.

    An hour that the clock skips is refused. One that comes twice is asked about: `asks_which`.
    """

    day = forms.DateField(label=_("day"), widget=forms.DateInput(attrs={"type": "date"}))
    hour = forms.TimeField(label=_("time"), widget=forms.TimeInput(attrs={"type": "time"}))
    which = forms.ChoiceField(
        label=_("which of the two"),
        choices=[(_FIRST, _("the first")), (_SECOND, _("the second"))],
        required=False,
        widget=forms.RadioSelect,
    )
    rows = forms.ChoiceField(
        label=_("what is published"),
        choices=[
            ("previewed", _("exactly what this page shows; nothing, if the rows have changed by then")),
            ("then", _("whatever the rows are then")),
        ],
        initial="previewed",
        widget=forms.RadioSelect,
    )
    asks_which = False

    @property
    def is_exact(self) -> bool:
        return self.cleaned_data["rows"] == "previewed"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("day") is None or cleaned.get("hour") is None:
            return cleaned
        typed = datetime.combine(cleaned["day"], cleaned["hour"])
        due_at = self._instant(typed, cleaned.get("which") or "")
        if due_at is not None:
            self._require_future(due_at)
            cleaned["due_at"] = due_at
        return cleaned

    def _instant(self, typed: datetime, which: str) -> datetime | None:
        zone = timezone.get_current_timezone()
        first, second = (typed.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        try:
            utc = first.astimezone(datetime_timezone.utc)
            is_there = utc.astimezone(zone).replace(tzinfo=None) == typed
        except OverflowError:
            is_there, utc = False, first
        if not is_there:
            self.add_error("hour", _("The clock skips this time on that day: choose another one."))
        elif first.utcoffset() == second.utcoffset():
            return utc
        elif which in (_FIRST, _SECOND):
            return (first if which == _FIRST else second).astimezone(datetime_timezone.utc)
        else:
            self.asks_which = True
            self.add_error("which", _("This time comes twice on that day: choose which of the two."))
        return None

    def _require_future(self, due_at: datetime) -> None:
        now = timezone.now()
        if due_at <= now:
            self.add_error("hour", _("This time is over."))
        elif due_at > now + _AHEAD_MAX:
            self.add_error("day", _("This is more than a year ahead."))
