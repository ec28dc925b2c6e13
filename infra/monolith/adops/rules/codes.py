"""Short texts with a fixed form: ids, codes, versions. Each rule raises ValidationError."""

import re
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ID_LENGTH_MAX = 64
SHORT_TEXT_LENGTH_MAX = 64

ID_PATTERN = r"^[A-Za-z0-9_.-]{1,64}$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
REGION_PATTERN = r"^[A-Z]{2}-[A-Z0-9]{1,3}$"
LANGUAGE_PATTERN = r"^[a-z]{2,8}$"
CURRENCY_PATTERN = r"^[A-Z]{3}$"
VERSION_PATTERN = r"^\d{1,5}(\.\d{1,5}){0,3}$"

VERSION_PART_MAX = 65_535
# Files that systems keep beside the zones, and that other machines do not know.
_NOT_ZONES = frozenset({"localtime", "Factory"})


def require_match(pattern: str, value: str, message: str) -> None:
    """Holds a text to a pattern of the schema, all of it: `$` alone would let a line end pass."""
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValidationError(message, params={"value": value})


def validate_id(value: str) -> None:
    message = _("Use 1 to 64 of the letters A-Z and a-z, digits, and _ . -")
    require_match(ID_PATTERN, value, message)


def validate_country(value: str) -> None:
    message = _("“%(value)s” is not a two-letter country code such as KR.")
    require_match(COUNTRY_PATTERN, value, message)


def validate_region(value: str) -> None:
    require_match(REGION_PATTERN, value, _("“%(value)s” is not a region code such as KR-11."))


def validate_language(value: str) -> None:
    require_match(LANGUAGE_PATTERN, value, _("“%(value)s” is not a language code such as ko."))


def validate_currency(value: str) -> None:
    message = _("“%(value)s” is not a three-letter currency code such as KRW.")
    require_match(CURRENCY_PATTERN, value, message)


def validate_short_text(value: str) -> None:
    if not 1 <= len(value) <= SHORT_TEXT_LENGTH_MAX:
        raise ValidationError(
            _("“%(value)s” is longer than 64 characters."), params={"value": value}
        )


def validate_version(value: str) -> None:
    message = _("“%(value)s” is not a version: 1 to 4 numbers up to 65535, joined by dots.")
    require_match(VERSION_PATTERN, value, message)
    if any(int(part) > VERSION_PART_MAX for part in value.split(".")):
        raise ValidationError(message, params={"value": value})


def version_key(value: str) -> tuple[int, ...]:
    """What versions are compared by: a part that is missing counts as 0."""
    parts = [int(part) for part in value.split(".")]
    return tuple(parts + [0] * (4 - len(parts)))


def validate_time_zone(value: str) -> None:
    if value in _NOT_ZONES or value not in available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone such as Asia/Seoul."), params={"value": value}
        )
