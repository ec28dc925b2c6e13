"""The JSON of `/api/v1/app/members`: request bodies and responses."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest

from kernel.vocabulary.codes import COUNTRY, LANGUAGE
from kernel.vocabulary.gender import GENDER
from kernel.vocabulary.integers import BIRTH_YEAR_MIN, birth_year_max
from kernel.vocabulary.text import USER_ID
from kernel.vocabulary.time_zone import TIME_ZONE
from members.models import DEVICE_ID_LENGTH_MAX, MemberDevice
from members.profiles import (
    DEFAULT_TIME_ZONE,
    INTEREST_LENGTH_MAX,
    INTERESTS_MAX,
    Profile,
    profile_of,
)
from members.proof_dto import parse_proof
from members.proofs import Proof
from members.services import Registration
from members.tokens import Token
from web.fields import Fields
from web.idempotency import require_idempotency_key
from web.json_body import read_json_object
from web.parsers import identifier, integer, or_null, text
from web.times import rfc3339

T = TypeVar("T")


@dataclass(frozen=True)
class RegistrationRequest:
    registration: Registration
    # None for an app that is older than keys.
    proof: Proof | None


def parse_registration(request: HttpRequest, now: datetime) -> RegistrationRequest:
    idempotency_key = require_idempotency_key(request)
    fields = Fields(read_json_object(request))
    registration = Registration(
        user_id=fields.required("user_id", text(USER_ID.parse)),
        device_id=fields.required("device_id", identifier(DEVICE_ID_LENGTH_MAX)),
        idempotency_key=idempotency_key,
        profile=_parse_profile(fields, Profile(), now),
    )
    proof = fields.optional("proof", or_null(parse_proof, None), None)
    fields.finish()
    return RegistrationRequest(registration, proof)


def parse_profile_change(request: HttpRequest, current: Profile, now: datetime) -> Profile:
    fields = Fields(read_json_object(request))
    profile = _parse_profile(fields, current, now)
    fields.finish()
    return profile


def to_document(device: MemberDevice) -> dict[str, object]:
    member = device.member
    return {
        "user_id": member.user_id,
        "device_id": device.device_id,
        "profile": _profile_to_document(profile_of(member)),
        "registered_at": rfc3339(member.registered_at),
        "updated_at": rfc3339(member.updated_at),
    }


def to_token_document(device: MemberDevice, token: Token) -> dict[str, object]:
    """The one document that has the token."""
    return {**to_document(device), "token": token.text()}


def _parse_profile(fields: Fields, current: Profile, now: datetime) -> Profile:
    """The current profile, changed by the fields of the body. `null` resets a field."""
    year_max = birth_year_max(int(now.timestamp()))

    def parsed(name: str, parse: Callable[[object], T], unstated: T, current_value: T) -> T:
        return fields.optional(name, or_null(parse, unstated), current_value)

    return Profile(
        birth_year=fields.optional(
            "birth_year", or_null(integer(BIRTH_YEAR_MIN, year_max), None), current.birth_year
        ),
        gender=parsed("gender", text(GENDER.parse), "", current.gender),
        language=parsed("language", text(LANGUAGE.parse), "", current.language),
        country=parsed("country", text(COUNTRY.parse), "", current.country),
        interests=parsed("interests", _parse_interests, (), current.interests),
        time_zone=parsed("time_zone", text(TIME_ZONE.parse_canonical), DEFAULT_TIME_ZONE, current.time_zone),
    )


def _profile_to_document(profile: Profile) -> dict[str, object]:
    """The profile as JSON: `null` stands for a field that the member did not state."""
    stated = {name: value or None for name, value in asdict(profile).items()}
    return {**stated, "interests": list(profile.interests)}


def _parse_interests(value: object) -> tuple[str, ...]:
    parse = identifier(INTEREST_LENGTH_MAX)
    try:
        if isinstance(value, list) and len(value) <= INTERESTS_MAX:
            # Each interest once, in the order of the list.
            return tuple(dict.fromkeys(parse(interest) for interest in value))
    except ValueError:
        pass
    raise ValueError(
        f"must be a list of at most {INTERESTS_MAX} texts of 1 to {INTEREST_LENGTH_MAX} visible characters"
    )
