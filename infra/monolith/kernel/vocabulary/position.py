"""Latitudes and longitudes: decimal degrees as text, integer millionths of a degree as values."""

import re

from kernel.vocabulary.form import Form, Vocabulary

MICRODEGREES_PER_DEGREE = 1_000_000
LATITUDE_DEGREES_MAX = 90
LONGITUDE_DEGREES_MAX = 180

_DECIMAL = r"(-?)([0-9]{1,3})(?:\.([0-9]+))?"
# Most programming languages write a number below 0.001 with an exponent: 5.0E-4.
_SMALL = r"(-?)([0-9])(?:\.([0-9]+))?[eE]-([0-9]{1,3})"
_DECIMAL_TEXT, _SMALL_TEXT = re.compile(_DECIMAL), re.compile(_SMALL)


def _vocabulary(name: str, degrees_max: int) -> Vocabulary[int]:
    wanted = f"decimal degrees from -{degrees_max} to {degrees_max}"
    form = Form(wanted, f"^(?:{_DECIMAL}|{_SMALL})$")

    def read(text: str) -> int:
        microdegrees = _microdegrees(text)
        if abs(microdegrees) > degrees_max * MICRODEGREES_PER_DEGREE:
            raise ValueError("out of range")
        return microdegrees

    return Vocabulary(name, form, form, read)


def _microdegrees(text: str) -> int:
    """Reads degrees that have the form, cut off after the sixth decimal place."""
    if match := _DECIMAL_TEXT.fullmatch(text):
        sign, whole, fraction = match.groups()
    elif match := _SMALL_TEXT.fullmatch(text):
        sign, whole, fraction, exponent = match.groups()
        if places := int(exponent):
            whole, fraction = "0", "0" * (places - 1) + whole + (fraction or "0")
    else:
        raise ValueError("not decimal degrees")
    kept = (fraction or "0")[:6].ljust(6, "0")
    microdegrees = int(whole) * MICRODEGREES_PER_DEGREE + int(kept)
    return -microdegrees if sign else microdegrees


LATITUDE = _vocabulary("latitude", LATITUDE_DEGREES_MAX)
LONGITUDE = _vocabulary("longitude", LONGITUDE_DEGREES_MAX)
