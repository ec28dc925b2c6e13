"""Texts and codes that several JSON APIs accept.

A parser returns the canonical form, or raises ValueError with what the value must be.
"""

import re
import unicodedata
import zoneinfo
from functools import cache

LANGUAGE_PATTERN = r"\A[a-z]{2,8}\Z"
_COUNTRY_PATTERN = r"\A[A-Z]{2}\Z"


def parse_language(value: object) -> str:
    """A BCP 47 primary language subtag, in lower case."""
    if not (isinstance(value, str) and re.match(LANGUAGE_PATTERN, value.lower())):
        raise ValueError("must be a BCP 47 primary language subtag such as ko")
    return value.lower()


def parse_country(value: object) -> str:
    """An ISO 3166-1 alpha-2 code, in upper case."""
    if not (isinstance(value, str) and re.match(_COUNTRY_PATTERN, value.upper())):
        raise ValueError("must be an ISO 3166-1 alpha-2 country code such as KR")
    return value.upper()


def parse_time_zone(value: object) -> str:
    """A name of the IANA time zone database, in its exact case."""
    if not (isinstance(value, str) and value in _time_zones()):
        raise ValueError("must be the IANA name of a time zone such as Asia/Seoul")
    return value


@cache
def _time_zones() -> frozenset[str]:
    # `available_timezones` reads a folder at each call.
    return frozenset(zoneinfo.available_timezones())


def is_visible(value: str, length_max: int) -> bool:
    """Whether a text has 1 to `length_max` characters, all of them visible."""
    return 1 <= len(value) <= length_max and all(map(_is_visible_character, value))


def _is_visible_character(character: str) -> bool:
    """Rejects white space, control characters, lone surrogates and U+FFFD.

    JSON can escape a lone surrogate, which no database stores. Django decodes the bytes of a path
    that are not UTF-8 to U+FFFD.
    """
    is_control = unicodedata.category(character) in ("Cc", "Cs")
    return not (character.isspace() or is_control or character == "\N{REPLACEMENT CHARACTER}")
