"""Members of JSON documents, by their types alone. What a value must be besides is the form's to say."""

import re
from datetime import datetime, timezone
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adops.models.fields import AddressField

_I64_MAX = 2**63 - 1
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.0{1,9})?(?:Z|[+-]\d{2}:\d{2})", re.ASCII)


class Text(serializers.CharField):
    """Any text, as it is."""

    default_error_messages = {"invalid": "This must be a text."}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_blank": True, "trim_whitespace": False, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class WholeNumber(serializers.IntegerField):
    """A JSON number without a fraction, of 64 bits."""

    default_error_messages = {"invalid": "This must be a whole number of 64 bits."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int) or not -_I64_MAX - 1 <= data <= _I64_MAX:
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    default_error_messages = {"invalid": "This must be true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Instant(serializers.DateTimeField):
    """A time of RFC 3339 with its offset, to the second."""

    default_error_messages = {
        "invalid": "This must be a time of RFC 3339 in whole seconds, such as 2026-11-23T08:00:00+09:00."
    }

    def to_internal_value(self, data: Any) -> datetime:
        if not (isinstance(data, str) and _INSTANT.fullmatch(data)):
            self.fail("invalid")
        try:
            # Python 3.10 reads neither `Z` nor nine places.
            text = re.sub(r"\.0+", "", data).replace("Z", "+00:00")
            return datetime.fromisoformat(text).astimezone(timezone.utc)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(self.error_messages["invalid"]) from None

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


class Structure(serializers.JSONField):
    """A list or an object, which validators of the model read."""

    def to_internal_value(self, data: Any) -> Any:
        return data


class Reference(Text):
    """The key of another row."""

    def __init__(self, *, key: str, **options: Any) -> None:
        self.key = key
        super().__init__(**options)

    def to_representation(self, value: models.Model) -> str:
        return str(getattr(value, self.key))


@extend_schema_field({"type": "object", "description": "Conditions, as in catalog documents."})
class Targeting(Structure):
    default_error_messages = {"invalid": "This must be an object."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class Items(Structure):
    default_error_messages = {"invalid": "This must be a list."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list):
            self.fail("invalid")
        return data


_CAP = {
    "type": "object",
    "required": ["window", "limit"],
    "additionalProperties": False,
    "properties": {
        "window": {"enum": ["minute", "hour", "day", "week", "lifetime"]},
        "limit": {"type": "integer", "minimum": 0, "maximum": 4_294_967_295},
    },
}
_DAYPART = {
    "type": "object",
    "required": ["from_hour", "to_hour"],
    "additionalProperties": False,
    "properties": {
        "days": {"type": "array", "items": {"enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}},
        "from_hour": {"type": "integer", "minimum": 0, "maximum": 23},
        "to_hour": {"type": "integer", "minimum": 1, "maximum": 24},
    },
}


@extend_schema_field({"type": "array", "items": _CAP})
class Caps(Items):
    pass


@extend_schema_field({"type": "array", "items": _DAYPART})
class Dayparts(Items):
    """Null is always, and an empty list is never."""


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Texts(Items):
    default_error_messages = {"invalid": "This must be a list of texts."}

    def to_internal_value(self, data: Any) -> Any:
        if not (isinstance(data, list) and all(isinstance(one, str) for one in data)):
            self.fail("invalid")
        return data


_STRUCTURES: dict[str, type[Structure]] = {"targeting": Targeting, "caps": Caps, "dayparts": Dayparts}


def member_for(field: Any, **options: Any) -> serializers.Field:
    """The member of a document for a field of a model."""
    if field.null:
        options["allow_null"] = True
    if isinstance(field, models.ForeignKey):
        key = "public_id" if hasattr(field.related_model, "public_id") else field.target_field.name
        return Reference(key=key, **options)
    if isinstance(field, models.JSONField):
        return _STRUCTURES.get(field.name, Texts)(**options)
    if isinstance(field, models.BooleanField):
        return Flag(**options)
    if isinstance(field, models.DateTimeField):
        return Instant(**options)
    if isinstance(field, models.IntegerField):
        return WholeNumber(**options)
    return _text_for(field, options)


def _text_for(field: Any, options: dict[str, Any]) -> Text:
    text = Text(**options)
    if field.choices:
        words = [word for word, _label in field.flatchoices]
        schema: Any = {"type": "string", "enum": [*words, ""] if field.blank else words}
        return extend_schema_field(schema)(type("Word", (Text,), {}))(**options)
    if isinstance(field, AddressField):
        schema = {"type": "string", "maxLength": field.max_length}
        return extend_schema_field(schema)(type("Address", (Text,), {}))(**options)
    return text
