"""Form fields that convert between typed text and the catalog's values."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from adops.amounts import MICROS, PPM, PPM_PER_PERCENT, format_scaled, parse_scaled, to_scaled
from adops.forms import texts
from adops.forms.describing import describe
from adops.forms.versions import OPENED, difference, digest_of, stale
from adops.rules.vocabulary import validate_label
from adops.typed_numbers import read_money


class TextBackedField(forms.CharField):
    """A value that is typed as text. `format_value` and `parse` are inverse to each other."""

    def __init__(
        self,
        *,
        format_value: Callable[[Any], str],
        parse: Callable[[str], Any],
        empty: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.format_value, self.parse, self.empty = format_value, parse, empty

    def prepare_value(self, value: Any) -> str:
        # After a mistake the typed text is shown again; otherwise the stored value is formatted.
        return value if isinstance(value, str) else self._text_of(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.parse(text) if text else self.empty

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def _text_of(self, value: Any) -> str:
        # An empty list of hours means never and has a text; null has none.
        return "" if value is None else self.format_value(value)


class ListField(TextBackedField):
    """Values between commas, each once. `read` takes a value as it was typed and gives it as the
    catalog holds it, or raises ValidationError.
    """

    widget = forms.TextInput(attrs={"class": "vTextField"})

    def __init__(self, *, read: Callable[[str], str], **options: Any) -> None:
        def parse(text: str) -> list[str]:
            return list(dict.fromkeys(read(value) for value in texts.parse_list(text)))

        options.setdefault("required", False)
        super().__init__(format_value=texts.format_list, parse=parse, empty=[], **options)


class LabelsField(ListField):
    """Categories or exclusion labels."""

    def __init__(self, **options: Any) -> None:
        def read(value: str) -> str:
            validate_label(value)
            return value

        options.setdefault("help_text", _("Separated by commas."))
        super().__init__(read=read, **options)


class ScaledField(TextBackedField):
    """A whole number of millionths, typed as a decimal number."""

    widget = forms.TextInput(attrs={"class": "amount", "inputmode": "decimal"})

    def __init__(self, *, scale: int, **options: Any) -> None:
        super().__init__(
            format_value=lambda value: format_scaled(value, scale),
            parse=lambda text: parse_scaled(text, scale),
            **options,
        )


class MoneyField(ScaledField):
    """Micros, typed in the currency's units, with the currency's sign or without."""

    def __init__(self, *, currency_field: str = "", **options: Any) -> None:
        super().__init__(scale=MICROS, **options)
        # The form's field that names the currency of the amount.
        self.currency_field = currency_field
        self.parse = lambda text: to_scaled(read_money(text).amount, MICROS, text)

    def refuse_other_currency(self, text: str, currency: str) -> None:
        """Raises ValidationError if the amount was typed in another currency than this one."""
        typed = read_money(text).currency if text else None
        if typed and currency and typed != currency:
            raise forms.ValidationError(
                _("“%(value)s” is in %(typed)s, and the currency is %(currency)s."),
                params={"value": text, "typed": typed, "currency": currency},
            )


class PercentField(ScaledField):
    """Ppm, typed in percent, with the sign of it or without."""

    def __init__(self, **options: Any) -> None:
        super().__init__(scale=PPM_PER_PERCENT, **options)
        self.parse = lambda text: parse_scaled(text.strip().rstrip("%％"), PPM_PER_PERCENT)

    def clean(self, value: Any) -> Any:
        ppm = super().clean(value)
        if ppm is not None and ppm > PPM:
            raise forms.ValidationError(_("This is at most 100."))
        return ppm


class CountField(ScaledField):
    """A whole number, typed as money is: `1,000,000` or `100만`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(scale=1, **options)
        self.format_value = str


class KeepsUntouched(forms.ModelForm):
    """Keeps the stored value of every field that the operator did not change, so that a value
    stored in another spelling is not rewritten. The form of a new row has the model's defaults.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            return
        defaults = {field.name: field for field in self.instance._meta.concrete_fields if field.has_default()}
        # Django leaves the initial value of a field that the form declares to the form.
        for name in self.declared_fields.keys() & self.fields.keys() & defaults.keys():
            self.initial.setdefault(name, defaults[name].get_default())

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, field in self.fields.items():
            if isinstance(field, TextBackedField) and self.is_untouched(name):
                self.cleaned_data[name] = self.get_initial_for_field(field, name)
            elif isinstance(field, MoneyField) and name in self.cleaned_data:
                self._compare_currency(name, field)
        self._refuse_stale()
        return self.cleaned_data

    def is_untouched(self, name: str) -> bool:
        return bool(self.instance.pk) and name in self.cleaned_data and name not in self.changed_data

    def _refuse_stale(self) -> None:
        """Refuses to undo what was saved after the page was opened."""
        opened = self.data.get(OPENED)
        if not (self.instance.pk and opened) or opened == digest_of([self.instance]):
            return
        found = [
            difference(field.label, describe(field, self.get_initial_for_field(field, name)), typed)
            for name, field in self.fields.items()
            if name in self.changed_data and name in self.cleaned_data
            for typed in [describe(field, self.cleaned_data[name])]
        ]
        if found:
            self.add_error(None, stale(self.instance, found))

    def _compare_currency(self, name: str, field: MoneyField) -> None:
        currency = self.cleaned_data.get(field.currency_field)
        # A form without the field leaves the currency as it is.
        code = currency.pk if currency else getattr(self.instance, f"{field.currency_field}_id", "")
        try:
            field.refuse_other_currency(self[name].data or "", code or "")
        except forms.ValidationError as error:
            self.add_error(name, error)
