"""The profile of a member. Every field is optional."""

from dataclasses import dataclass

from members.models import Member

DEFAULT_TIME_ZONE = "UTC"
INTERESTS_MAX = 64
INTEREST_LENGTH_MAX = 64


@dataclass(frozen=True)
class Profile:
    """`None` and empty values stand for fields that the member did not state."""

    birth_year: int | None = None
    gender: str = ""
    language: str = ""
    country: str = ""
    interests: tuple[str, ...] = ()
    time_zone: str = DEFAULT_TIME_ZONE


# The columns of a member without personal data.
ERASED_PROFILE = Profile(time_zone="")


def profile_of(member: Member) -> Profile:
    return Profile(
        birth_year=member.birth_year,
        gender=member.gender,
        language=member.language,
        country=member.country,
        interests=tuple(member.interests),
        time_zone=member.time_zone,
    )
