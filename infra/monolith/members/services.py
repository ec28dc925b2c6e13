"""Writes of members: registration, changes of the profile, erasure."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from members.lifecycle import (
    MemberErased,
    device_registration_steps,
    erasure_steps,
    registration_steps,
)
from members.models import Member, MemberDevice
from members.profiles import ERASED_PROFILE, Profile
from members.tokens import Token, digest, issue_token

# For this long, a device may repeat its registration to get a new token. The key that allows the
# repetition is worth as much as the token, so it expires.
REGISTRATION_REPEATABLE = timedelta(hours=24)


class AlreadyRegistered(Exception):
    """The key of the phone, or the key of the request, belongs to another registration."""


@dataclass(frozen=True)
class Registration:
    user_id: str
    device_id: str
    idempotency_key: str
    profile: Profile
    # The key that the phone has proven to have. None for an app that is older than keys.
    key_id: str | None = None


@dataclass(frozen=True)
class Registered:
    device: MemberDevice
    token: Token
    is_new: bool


def register_member(registration: Registration, *, now: datetime) -> Registered:
    """Registers a member with a device, and issues the device's token.

    User ID and device ID are statements: another member may have stated the same, and neither
    keeps the other out. A device that never received the response repeats its request: a device
    with a proven key at any time, another within a day and with the same idempotency key. It gets
    a new token, and the lost token becomes void. Raises AlreadyRegistered.
    """
    try:
        return _register_or_repeat(registration, now)
    except IntegrityError:
        # An earlier copy of this request was carried out at the same moment.
        return _repeat(registration, now)


@transaction.atomic
def _register_or_repeat(registration: Registration, now: datetime) -> Registered:
    if _earlier_copies(registration).exists():
        return _repeat(registration, now)
    member = Member.objects.create(
        user_id=registration.user_id,
        registered_at=now,
        updated_at=now,
        proved_at=None if registration.key_id is None else now,
        **asdict(registration.profile),
    )
    for step in registration_steps():
        step(member, now)
    token = issue_token()
    device = MemberDevice.objects.create(
        member=member,
        device_id=registration.device_id,
        token_id=token.id,
        token_digest=token.digest,
        registration_key_digest=digest(registration.idempotency_key),
        key_id=registration.key_id,
        registered_at=now,
    )
    for device_step in device_registration_steps():
        device_step(device, now)
    return Registered(device, token, is_new=True)


def _earlier_copies(registration: Registration) -> QuerySet[MemberDevice]:
    if registration.key_id is not None:
        return MemberDevice.objects.filter(key_id=registration.key_id)
    key_digest = digest(registration.idempotency_key)
    return MemberDevice.objects.filter(device_id=registration.device_id, registration_key_digest=key_digest)


@transaction.atomic
def _repeat(registration: Registration, now: datetime) -> Registered:
    device = _earlier_copies(registration).select_for_update().select_related("member").first()
    if not (
        device
        and device.member.user_id == registration.user_id
        and device.device_id == registration.device_id
        # No idempotency key stands in for the key of a device.
        and device.key_id == registration.key_id
        and (registration.key_id is not None or now - device.registered_at < REGISTRATION_REPEATABLE)
    ):
        raise AlreadyRegistered
    return Registered(device, renew_token(device), is_new=False)


def renew_token(device: MemberDevice) -> Token:
    """Issues a new token for a device, and voids the one before. Raises MemberErased."""
    token = issue_token()
    changes = {"token_id": token.id, "token_digest": token.digest}
    # `save` would fail if the device was revoked meanwhile.
    if not MemberDevice.objects.filter(pk=device.pk).update(**changes):
        raise MemberErased
    for name, value in changes.items():
        setattr(device, name, value)
    return token


def change_profile(member: Member, profile: Profile, *, now: datetime) -> None:
    """Raises MemberErased if the member was erased meanwhile, and then changes nothing."""
    changes = {**asdict(profile), "updated_at": now}
    # `save` would write the columns of an erased member back.
    if not Member.objects.filter(pk=member.pk, erased_at=None).update(**changes):
        raise MemberErased
    for name, value in changes.items():
        setattr(member, name, value)


@transaction.atomic
def erase_member(member: Member, *, now: datetime) -> None:
    """Erases the personal data of the database, and what the steps of the erasure reach. The member's row
    stays, because the points ledger refers to it.

    Raises MemberErased if the member was erased before.
    """
    for step in erasure_steps():
        step(member, now)
    changes = {**asdict(ERASED_PROFILE), "user_id": None, "updated_at": now, "erased_at": now}
    if not Member.objects.filter(pk=member.pk, erased_at=None).update(**changes):
        raise MemberErased
    # After the update, which waits for a device that joins at this moment.
    member.pairing_codes.all().delete()
    member.devices.all().delete()
