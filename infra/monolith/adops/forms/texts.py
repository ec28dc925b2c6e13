"""Lists, ages and circles as operators type them, and back.

Every pair is exact: what was formatted parses to the same value.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adops.rules.targeting import validate_circle
from kernel.vocabulary.position import MICRODEGREES_PER_DEGREE

# No user is older; a catalog may hold higher ages.
TYPED_AGE_MAX = 120

_AGES = re.compile(r"(\d{0,3})\s*(-?)\s*(\d{0,3})", re.ASCII)
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_RADIUS = re.compile(r"(.*?)\s*(km|m)?\s*", re.IGNORECASE | re.DOTALL)

Condition = dict[str, list[str]]


def format_list(values: list[str]) -> str:
    """Values joined by commas; a value with a comma in it is quoted."""
    return ", ".join(map(_quote, values))


def _quote(value: str) -> str:
    if not _NEEDS_QUOTES.search(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def parse_list(text: str) -> list[str]:
    """The values between commas or line ends, each once."""
    rows = csv.reader(io.StringIO(text), skipinitialspace=True, strict=True)
    try:
        values = [value.strip() for row in rows for value in row]
    except csv.Error:
        raise ValidationError(_("A quotation mark is not closed.")) from None
    return list(dict.fromkeys(value for value in values if value))


def format_ages(ranges: Sequence[Mapping[str, int | None]]) -> str:
    return ", ".join(_format_age(ages.get("min"), ages.get("max")) for ages in ranges)


def _format_age(minimum: int | None, maximum: int | None) -> str:
    if minimum is not None and minimum == maximum:
        return str(minimum)
    return f"{'' if minimum is None else minimum}-{'' if maximum is None else maximum}"


def parse_ages(text: str) -> list[dict[str, int]]:
    """`18-24, 35-, -12, 40`: from and to, both included; an end left out is open."""
    return [_parse_age(part) for part in parse_list(text)]


def _parse_age(text: str) -> dict[str, int]:
    found = _AGES.fullmatch(text)
    if not found or not (found[1] or found[2]):
        raise ValidationError(
            _("“%(value)s” is not an age: write 18-24, 35- or -17."), params={"value": text}
        )
    first, dash, last = found.groups()
    ends = {"min": first, "max": last if dash else first}
    ages = {name: int(end) for name, end in ends.items() if end}
    if any(age > TYPED_AGE_MAX for age in ages.values()):
        raise ValidationError(
            _("“%(value)s”: ages are 0 to %(maximum)s."), params={"value": text, "maximum": TYPED_AGE_MAX}
        )
    if len(ages) == 2 and ages["min"] > ages["max"]:
        raise ValidationError(
            _("“%(value)s” ends before it begins: write the lower age first."),
            params={"value": text},
        )
    return ages


def format_circles(circles: list[dict[str, int]]) -> str:
    return "\n".join(
        f"{_format_degrees(circle['latitude_microdegrees'])},"
        f" {_format_degrees(circle['longitude_microdegrees'])},"
        f" {circle['radius_meters']} m"
        for circle in circles
    )


def _format_degrees(microdegrees: int) -> str:
    return f"{Decimal(microdegrees).scaleb(-6):f}"


def parse_circles(text: str) -> list[dict[str, int]]:
    """One a line: latitude, longitude, radius (`500 m`, `2 km`)."""
    return [_parse_circle(line) for line in text.splitlines() if line.strip()]


def _parse_circle(line: str) -> dict[str, int]:
    parts = line.split(",")
    try:
        latitude, longitude, radius = parts
        circle = {
            "latitude_microdegrees": _whole(Decimal(latitude.strip()) * MICRODEGREES_PER_DEGREE),
            "longitude_microdegrees": _whole(Decimal(longitude.strip()) * MICRODEGREES_PER_DEGREE),
            "radius_meters": _parse_meters(radius),
        }
        validate_circle(circle)
    except (ValueError, InvalidOperation, ValidationError):
        raise ValidationError(
            _("“%(value)s” is not a place: write latitude, longitude, radius, as in %(example)s."),
            params={"value": line.strip(), "example": "37.5665, 126.978, 5 km"},
        ) from None
    return circle


def _parse_meters(text: str) -> int:
    found = _RADIUS.fullmatch(text)
    if found is None:
        raise ValueError
    number, unit = found.groups()
    return _whole(Decimal(number.strip()) * (1_000 if (unit or "").lower() == "km" else 1))


def _whole(value: Decimal) -> int:
    if not value.is_finite() or value != value.to_integral_value():
        raise ValueError
    return int(value)


def format_key_values(conditions: dict[str, Condition]) -> str:
    return "\n".join(
        f"{key} {sign} {format_list(condition[member])}"
        for key, condition in conditions.items()
        for member, sign in (("allow", "="), ("deny", "!="))
        if condition.get(member)
    )


def parse_key_values(text: str) -> dict[str, Condition]:
    """One a line: `plan = gold, silver` or `plan != trial`."""
    conditions: dict[str, Condition] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, equals, values = line.partition("=")
        member = "deny" if key.endswith("!") else "allow"
        key, listed = key.removesuffix("!").strip(), parse_list(values)
        if not (key and equals and listed):
            raise ValidationError(
                _("“%(value)s” is not a condition: write key = value, value or key != value."),
                params={"value": line},
            )
        condition = conditions.setdefault(key, {})
        condition[member] = condition.get(member, []) + listed
    return conditions
