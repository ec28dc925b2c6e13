"""The phone that a question is about, as an operator types it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from adops.forms.dates import StartField
from adops.forms.texts import parse_list
from adops.labels import dimension_label
from adops.models import Status, Unit
from adops.rules.vocabulary import validate_time_zone
from inspection.inspector import Document, Question
from inspection.rows import EDITED, PUBLISHED, rows_named
from kernel.dimensions import DIMENSIONS, Shape

# Free texts about the device: dimensions of one shape, whose names are those of the parameters.
_DEVICE_TEXTS = [dimension for dimension in DIMENSIONS if dimension.shape is Shape.FOLDED_ALLOW_DENY]
_NOT_SENT = ("", _("not sent"))
# The field of each parameter whose name differs.
_FIELDS = {"birth_year": "age", "now": "at", "kv": "key_values", "unit_id": "unit"}
# Fields that are sent as they are typed, under their own names.
_TEXTS = (
    *("country", "region", "language", "gender", "lat", "lon", "timezone", "platform"),
    *("os_version", "sdk_version", *(dimension.name for dimension in _DEVICE_TEXTS), "network"),
)
_AGE_MAX = 120
_TEXT_MAX = 2_000


def _text(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=_TEXT_MAX, **options)


class PhoneForm(forms.Form):
    """All but the unit may be left empty: a phone that does not send it."""

    rows = forms.ChoiceField(
        label=_("Rows"),
        choices=[
            (PUBLISHED, _("as they are served")),
            (EDITED, _("as they would be published now")),
        ],
    )
    allocation = forms.ChoiceField(
        label=_("Screen"),
        choices=[
            ("lockscreen", _("lock screen")),
            ("ads", _("ads alone")),
            ("contents", _("contents alone")),
        ],
    )
    unit = forms.ChoiceField(label=_("Unit"))
    user_id = forms.CharField(
        label=_("User"),
        max_length=128,
        initial="preview",
        help_text=_("Any name: equal items are drawn by it. No stored history is read."),
    )
    at = StartField(label=_("Time"), required=False, widget=AdminSplitDateTime, help_text=_("Empty: now."))
    country = _text(_("Country"))
    region = _text(_("Region"))
    language = _text(_("Language"))
    gender = forms.ChoiceField(
        label=_("Gender"),
        required=False,
        choices=[_NOT_SENT, ("F", _("woman")), ("M", _("man")), ("X", _("other"))],
    )
    age = forms.IntegerField(label=_("Age"), required=False, min_value=0, max_value=_AGE_MAX)
    interests = _text(_("Interests"), help_text=_("Separated by commas."))
    lat = _text(_("Latitude"))
    lon = _text(_("Longitude"))
    timezone = _text(_("Time zone"), validators=[validate_time_zone], help_text=_("Empty: that of the unit."))
    platform = forms.ChoiceField(
        label=_("Platform"),
        required=False,
        choices=[_NOT_SENT, ("android", "Android"), ("ios", "iOS"), ("web", _("web"))],
    )
    os_version = _text(_("Operating system's version"))
    sdk_version = _text(_("SDK's version"))
    network = forms.ChoiceField(
        label=_("Network"),
        required=False,
        choices=[_NOT_SENT, ("wifi", "Wi-Fi"), ("cellular", _("cellular")), ("other", _("other"))],
    )
    segments = _text(_("Segments"), help_text=_("Separated by commas."))
    packages = _text(_("Installed apps"), help_text=_("Separated by commas."))
    key_values = _text(
        _("Key-values"), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One a line: plan = gold.")
    )
    shown = _text(
        _("Seen today"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One a line: the id of an item, and how often it was shown."),
    )
    history = forms.ChoiceField(
        label=_("Before that"),
        choices=[("new", _("nothing seen")), ("unknown", _("history unknown"))],
        required=False,
    )
    count = forms.IntegerField(
        label=_("Slots"), required=False, min_value=1, max_value=50, help_text=_("Empty: those of the unit.")
    )
    limit_ad_tracking = forms.BooleanField(label=_("Limits ad tracking"), required=False)

    # What is asked most, and all that folds away.
    first = (
        "rows",
        "allocation",
        "unit",
        "user_id",
        "at",
        "country",
        "language",
        "gender",
        "age",
        "interests",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._add_device_texts()
        units = Unit.objects.exclude(status=Status.ARCHIVED).order_by("public_id")
        field: Any = self.fields["unit"]
        field.choices = [(unit.public_id, str(unit)) for unit in units[:1_000]]

    def _add_device_texts(self) -> None:
        names = list(self.fields)
        at = names.index("network")
        self.fields |= {each.name: _text(dimension_label(each)) for each in _DEVICE_TEXTS}
        self.order_fields([*names[:at], *(each.name for each in _DEVICE_TEXTS), *names[at:]])

    def first_fields(self) -> list[Any]:
        return [self[name] for name in self.first]

    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.first]

    def clean_key_values(self) -> dict[str, str]:
        pairs = [line.partition("=") for line in self.cleaned_data["key_values"].splitlines() if line.strip()]
        if any(not (sign and key.strip() and value.strip()) for key, sign, value in pairs):
            raise forms.ValidationError(_("Write one a line: plan = gold."))
        return {key.strip(): value.strip() for key, _sign, value in pairs}

    def clean_shown(self) -> list[tuple[str, int]]:
        shown = []
        for line in self.cleaned_data["shown"].splitlines():
            words = line.split()
            if not words:
                continue
            count = words[1] if len(words) == 2 else "1" if len(words) == 1 else ""
            if not (count.isascii() and count.isdigit() and len(count) < 7 and ":" not in words[0]):
                raise forms.ValidationError(_("Write one a line: li-1001 3."))
            shown.append((words[0], int(count)))
        return shown

    def zone(self) -> ZoneInfo:
        """The user's zone: the typed one, or the unit's."""
        name = self.cleaned_data.get("timezone")
        if not name:
            unit = Unit.objects.filter(public_id=self.cleaned_data["unit"]).first()
            name = unit.timezone if unit else "UTC"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            # The compiler refuses the unit, and says so.
            return ZoneInfo("UTC")

    def question(self) -> Question:
        """What is asked of the function. Raises InspectionFailed if the rows cannot be had."""
        values = self.cleaned_data
        return Question(
            rows=rows_named(values["rows"]),
            allocation=values["allocation"],
            parameters=self._parameters(),
            history=values["history"] or "new",
        )

    def _parameters(self) -> Document:
        values = self.cleaned_data
        at: datetime = values["at"] or timezone.now()
        sent: Document = {name: values[name].strip() for name in _TEXTS if values[name]}
        sent |= {
            name: listed
            for name in ("interests", "segments", "packages")
            if (listed := parse_list(values[name]))
        }
        if values["age"] is not None:
            sent["birth_year"] = str(at.astimezone(self.zone()).year - values["age"])
        if values["key_values"]:
            sent["kv"] = values["key_values"]
        if values["shown"]:
            second = int(at.timestamp())
            sent["shown"] = [f"{item}:{count}:{second}" for item, count in values["shown"]]
        if values["count"]:
            sent["count"] = str(values["count"])
        if values["limit_ad_tracking"]:
            sent["limit_ad_tracking"] = "true"
        named = {
            "unit_id": values["unit"],
            "user_id": values["user_id"],
            "now": at.replace(microsecond=0).isoformat(),
        }
        return {**named, **sent}

    def refuse(self, problems: dict[str, str]) -> None:
        """What the function found wrong, at the fields."""
        for parameter, problem in problems.items():
            name = _FIELDS.get(parameter.partition(".")[0], parameter)
            self.add_error(name if name in self.fields else None, problem)


def field_names() -> list[str]:
    """The names of all fields of `PhoneForm`."""
    return [*PhoneForm.base_fields, *(each.name for each in _DEVICE_TEXTS)]
