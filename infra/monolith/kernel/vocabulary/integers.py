"""Whole numbers in requests: years of birth and numbers of slots. Ages in catalogs have a limit,
too.
"""

import re
import time
from collections.abc import Callable
from functools import lru_cache

from kernel.vocabulary.form import Form, Normalized, Vocabulary

AGE_MAX = 200
BIRTH_YEAR_MIN = 1_900
COUNT_MAX = 50

_FIRST_ZONE_SECONDS = 14 * 3_600
# The last year that an instant can be written in.
_YEAR_MAX = 9_999

_PATTERN = r"^[0-9]+$"
# A longer number is beyond every limit here, and Python refuses to read thousands of digits.
_DIGITS_MAX = 9
_WHOLE = re.compile(r"(-?)0*([0-9]+)", re.ASCII)


def _nearest_count(text: str) -> Normalized:
    """The nearest count of a whole number, however long it is."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        return Normalized(text)
    sign, digits = match.groups()
    if sign or digits == "0":
        return Normalized("1", is_cut=True)
    if len(digits) > _DIGITS_MAX or int(digits) > COUNT_MAX:
        return Normalized(str(COUNT_MAX), is_cut=True)
    return Normalized(text)


def _vocabulary(
    name: str,
    least: int,
    most: int,
    what: str,
    normalize: Callable[[str], Normalized] = Normalized,
) -> Vocabulary[int]:
    form = Form(f"{what} from {least} to {most}", _PATTERN)

    def read(text: str) -> int:
        digits = text.lstrip("0") or "0"
        number = int(digits) if len(digits) <= _DIGITS_MAX else most + 1
        if not least <= number <= most:
            raise ValueError("out of range")
        return number

    return Vocabulary(name, form, form, read, normalize=normalize)


COUNT = _vocabulary("count", 1, COUNT_MAX, "a number", _nearest_count)


def birth_year_max(now: int) -> int:
    """The year that it is somewhere on Earth at an instant in epoch seconds: a zone is 14 hours
    ahead.
    """
    return min(time.gmtime(now + _FIRST_ZONE_SECONDS).tm_year, _YEAR_MAX)


@lru_cache(maxsize=4)
def birth_years(year_max: int) -> Vocabulary[int]:
    """Years from 1900 to a last one, which moves with the calendar."""
    return _vocabulary("birth_year", BIRTH_YEAR_MIN, year_max, "a year")
