"""Addresses as people read them: `https://한국.example/길` for what is stored in ASCII."""

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from ada_url import idna_to_unicode
from django import forms
from django.core.exceptions import ValidationError

_ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_PARTS = re.compile(r"(?P<scheme>[A-Za-z-]+://)(?P<host>[^/?#:]+)(?P<rest>.*)", re.DOTALL)


class AddressInput(forms.CharField):
    """An address, shown in the letters that it stands for, and compared as it is stored."""

    widget = forms.TextInput(attrs={"class": "vLargeTextField", "inputmode": "url"})

    def __init__(self, *, spelled: Any, **options: Any) -> None:
        super().__init__(**options)
        self.spelled = spelled

    def prepare_value(self, value: Any) -> Any:
        return readable(value, self.spelled) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, self._as_stored(data))

    def _as_stored(self, data: Any) -> Any:
        try:
            return self.spelled(data.strip()) if isinstance(data, str) and data.strip() else data
        except ValidationError:
            return data


def readable(address: str, spelled: Any) -> str:
    """An address in the letters of its language, if that means the same address; else as it is."""
    found = _PARTS.fullmatch(address)
    if found is None:
        return address
    host = ".".join(
        idna_to_unicode(label) if label.startswith("xn--") else label for label in found["host"].split(".")
    )
    text = found["scheme"] + host + _ESCAPED.sub(_letters, found["rest"])
    try:
        return text if spelled(text) == address else address
    except ValidationError:
        return address


def _letters(escaped: re.Match[str]) -> str:
    """The letters of escaped bytes; what is not visible stays escaped."""
    try:
        text = unquote_to_bytes(escaped[0]).decode()
    except UnicodeDecodeError:
        return escaped[0]
    return "".join(one if one.isprintable() and not one.isspace() else quote(one) for one in text)
