"""What the text of one value must be like. Every reader raises ValueError with what that is."""

import re
from collections.abc import Callable

from allocation.catalog.targeting.version_range import parse_version
from allocation.models.query import Shown
from allocation.models.time.epoch_seconds import INSTANT_MAX, parse_instant
from allocation.models.time.zones import Zone, find_zone

Reader = Callable[[str], object]

BIRTH_YEAR_MIN = 1_900
COUNT_MAX = 50

_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
# Neither white space nor a control character, nor what stands for bytes that were no UTF-8.
_USER_ID = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\ufffd]{1,128}")
_SHORT_TEXT = re.compile(r"(?: |[^\s\x00-\x1f\x7f-\x9f\ufffd]){1,64}")
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_REGION = re.compile(r"[A-Za-z]{2}-[A-Za-z0-9]{1,3}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_DEGREES = re.compile(r"(-?)([0-9]{1,3})(?:\.([0-9]+))?", re.ASCII)
# A small number as most languages write it, 5.0E-4: there are people at Greenwich.
_SMALL_DEGREES = re.compile(r"(-?)([0-9])(?:\.([0-9]+))?[eE]-([0-9]{1,3})", re.ASCII)
_SHOWN = re.compile(r"([A-Za-z0-9_.-]{1,64}):([0-9]{1,9}):([0-9]{1,11})", re.ASCII)


def identifier(text: str) -> str:
    return _matched(_IDENTIFIER, text, "must be 1 to 64 of A-Za-z0-9_.-")


def user_id(text: str) -> str:
    return _matched(_USER_ID, text, "must be 1 to 128 visible characters, in UTF-8")


def short_text(text: str) -> str:
    wanted = "must be 1 to 64 characters, in UTF-8, without control characters"
    return _matched(_SHORT_TEXT, text, wanted)


def country(text: str) -> str:
    return _matched(_COUNTRY, text, "must be an ISO 3166-1 alpha-2 code such as KR").upper()


def region(text: str) -> str:
    return _matched(_REGION, text, "must be an ISO 3166-2 code such as KR-11").upper()


def language(text: str) -> str:
    wanted = "must be a BCP 47 primary language subtag such as ko"
    return _matched(_LANGUAGE, text, wanted).lower()


def birth_year(year_max: int) -> Callable[[str], int]:
    """A year from 1900 to the one that it already is somewhere on Earth."""

    def read(text: str) -> int:
        return _number(text, BIRTH_YEAR_MIN, year_max, "must be a year from")

    return read


def count(text: str) -> int:
    return _number(text, 1, COUNT_MAX, "must be a number from")


version = parse_version


def time_zone(text: str) -> Zone:
    zone = find_zone(text)
    if zone is None:
        raise ValueError("must be an IANA time zone such as Asia/Seoul")
    return zone


def instant(text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError:
        raise ValueError("must be an RFC 3339 time such as 2026-11-22T09:00:00Z") from None


def microdegrees(degrees_max: int) -> Callable[[str], int]:
    """Decimal degrees of at most so many, in millionths, cut off after the sixth place."""

    def read(text: str) -> int:
        found = _microdegrees(text)
        if found is None or abs(found) > degrees_max * 1_000_000:
            raise ValueError(f"must be decimal degrees from -{degrees_max} to {degrees_max}")
        return found

    return read


def shown(text: str) -> Shown:
    match = _SHOWN.fullmatch(text)
    if match is None or int(match[3]) > INSTANT_MAX:
        raise ValueError("must be ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS")
    return Shown(match[1], int(match[2]), int(match[3]))


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


_boolean_word = one_of("true", "false", "1", "0")


def boolean(text: str) -> bool:
    return _boolean_word(text) in ("true", "1")


def _matched(pattern: re.Pattern[str], text: str, wanted: str) -> str:
    if pattern.fullmatch(text) is None:
        raise ValueError(wanted)
    return text


def _number(text: str, least: int, most: int, wanted: str) -> int:
    # More digits than a limit has make no sense, and Python refuses to read thousands.
    digits = text.lstrip("0") if _DIGITS.fullmatch(text) else ""
    number = int(digits) if 0 < len(digits) <= 9 else 0
    if not least <= number <= most:
        raise ValueError(f"{wanted} {least} to {most}")
    return number


def _microdegrees(text: str) -> int | None:
    if match := _DEGREES.fullmatch(text):
        sign, whole, fraction = match.groups()
    elif match := _SMALL_DEGREES.fullmatch(text):
        sign, digit, fraction, exponent = match.groups()
        places = int(exponent)
        whole = "0" if places else digit
        if places:
            fraction = "0" * (places - 1) + digit + (fraction or "0")
    else:
        return None
    kept = (fraction or "0")[:6].ljust(6, "0")
    found = int(whole) * 1_000_000 + int(kept)
    return -found if sign else found
