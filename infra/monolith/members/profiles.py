"""What a person may tell about themselves, as it arrives in JSON. All of it is optional."""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from typing import TypeVar

from django.utils import timezone

from devices.models import LANGUAGE_PATTERN
from members.models import Member
from web.fields import Fields, identifier, integer

DEFAULT_TIME_ZONE = "UTC"
BIRTH_YEAR_MIN = 1900
INTERESTS_MAX = 64
INTEREST_LENGTH_MAX = 64
_COUNTRY = re.compile(r"\A[A-Z]{2}\Z")

T = TypeVar("T")


@dataclass(frozen=True)
class Profile:
    """`None` and what is empty stand for what a person did not tell."""

    birth_year: int | None = None
    gender: str = ""
    language: str = ""
    country: str = ""
    interests: tuple[str, ...] = ()
    time_zone: str = DEFAULT_TIME_ZONE


def parse_profile(fields: Fields, current: Profile) -> Profile:
    """The current profile with what was sent in its place; `null` takes something back."""
    this_year = timezone.now().year

    def parsed(name: str, parse: Callable[[object], T], nothing: T) -> T:
        return fields.optional(name, _or_null(parse, nothing), getattr(current, name))

    return Profile(
        birth_year=parsed("birth_year", integer(BIRTH_YEAR_MIN, this_year), None),
        gender=parsed("gender", _parse_gender, ""),
        language=parsed("language", parse_language, ""),
        country=parsed("country", _parse_country, ""),
        interests=parsed("interests", _parse_interests, ()),
        time_zone=parsed("time_zone", _parse_time_zone, DEFAULT_TIME_ZONE),
    )


def profile_of(member: Member) -> Profile:
    return Profile(
        birth_year=member.birth_year,
        gender=member.gender,
        language=member.language,
        country=member.country,
        interests=tuple(member.interests),
        time_zone=member.time_zone,
    )


def to_document(profile: Profile) -> dict[str, object]:
    """The profile as JSON has it: `null` is what a person did not tell."""
    told = {name: value or None for name, value in asdict(profile).items()}
    return {**told, "interests": list(profile.interests)}


def parse_language(value: object) -> str:
    if not (isinstance(value, str) and re.match(LANGUAGE_PATTERN, value.lower())):
        raise ValueError("must be a BCP 47 primary language subtag such as ko")
    return value.lower()


def _or_null(parse: Callable[[object], T], nothing: T) -> Callable[[object], T]:
    return lambda value: nothing if value is None else parse(value)


def _parse_gender(value: object) -> str:
    if value not in Member.Gender.values:
        raise ValueError(f"must be one of {', '.join(Member.Gender.values)}")
    return value


def _parse_country(value: object) -> str:
    if not (isinstance(value, str) and _COUNTRY.match(value.upper())):
        raise ValueError("must be an ISO 3166-1 alpha-2 country code such as KR")
    return value.upper()


def _parse_interests(value: object) -> tuple[str, ...]:
    parse = identifier(INTEREST_LENGTH_MAX)
    try:
        if isinstance(value, list) and len(value) <= INTERESTS_MAX:
            # Each once, in the order in which they were told.
            return tuple(dict.fromkeys(parse(interest) for interest in value))
    except ValueError:
        pass
    raise ValueError(
        f"must be a list of at most {INTERESTS_MAX} texts of 1 to {INTEREST_LENGTH_MAX} visible"
        " characters"
    )


def _parse_time_zone(value: object) -> str:
    if not (isinstance(value, str) and value in _time_zones()):
        raise ValueError("must be the IANA name of a time zone such as Asia/Seoul")
    return value


@cache
def _time_zones() -> frozenset[str]:
    # It reads a folder each time it is asked.
    return frozenset(zoneinfo.available_timezones())
