"""Caps as a row of small numbers: `3` per day, `10` per week."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adops.labels import WINDOW_LABELS
from adops.rules.schedule import U32_MAX, lowest_limits
from kernel.vocabulary.schedule import WINDOWS

Cap = dict[str, Any]


class CapsWidget(forms.MultiWidget):
    """An input for each window, followed by the name of the window."""

    template_name = "adops/widgets/caps.html"

    def __init__(self) -> None:
        numbers: dict[str, forms.Widget | type[forms.Widget]] = {
            window: forms.NumberInput(attrs={"min": 0, "max": U32_MAX, "class": "cap"}) for window in WINDOWS
        }
        super().__init__(numbers)

    def decompress(self, value: list[Cap] | None) -> list[object]:
        limits = lowest_limits(value or [])
        return [limits.get(window) for window in WINDOWS]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for window, part in zip(WINDOWS, context["widget"]["subwidgets"], strict=True):
            part["label"] = WINDOW_LABELS[window]
        return context


class CapsField(forms.MultiValueField):
    """The highest number of showings to one user, by window; empty for no limit."""

    def __init__(self, **options: Any) -> None:
        numbers = [forms.IntegerField(min_value=0, max_value=U32_MAX, required=False) for _window in WINDOWS]
        options = {"label": _("Caps"), "required": False, **options}
        options.setdefault("help_text", _("The most showings to one user. Empty: no limit."))
        super().__init__(fields=numbers, widget=CapsWidget(), require_all_fields=False, **options)

    def compress(self, data_list: list[int | None]) -> list[Cap]:
        return [
            {"window": window, "limit": limit}
            for window, limit in zip(WINDOWS, data_list, strict=False)
            if limit is not None
        ]

    def prepare_value(self, value: Any) -> Any:
        # A MultiWidget takes any list for the numbers of its inputs, and would not decompress it.
        is_caps = isinstance(value, list) and any(isinstance(cap, dict) for cap in value)
        return self.widget.decompress(value) if is_caps else value

    def has_changed(self, initial: list[Cap] | None, data: Any) -> bool:
        return super().has_changed(self.widget.decompress(initial), data)
