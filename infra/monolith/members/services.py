"""Writes of members: registration, changes of the profile, erasure."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from members.lifecycle import MemberErased, erasure_steps, registration_steps
from members.models import Member, MemberDevice
from members.profiles import ERASED_PROFILE, Profile
from members.tokens import Token, digest, is_digest_of, issue_token

# For this long, a device may repeat its registration to get a new token. The key that allows the
# repetition is worth as much as the token, so it expires.
REGISTRATION_REPEATABLE = timedelta(hours=24)


class AlreadyRegistered(Exception):
    """The user or the device is registered, and not by an earlier copy of this request."""


@dataclass(frozen=True)
class Registration:
    user_id: str
    device_id: str
    idempotency_key: str
    profile: Profile


@dataclass(frozen=True)
class Registered:
    device: MemberDevice
    token: Token
    is_new: bool


def register_member(registration: Registration, *, now: datetime) -> Registered:
    """Registers a member with a device, and issues the device's token.

    A device that never received the response repeats its request with the same key. It gets a new
    token, and the lost token becomes void. Raises AlreadyRegistered.
    """
    try:
        return _register_or_repeat(registration, now)
    except IntegrityError:
        # Another request registered the same user or device at the same moment. It may be an
        # earlier copy of this request.
        return _repeat(registration, now)


@transaction.atomic
def _register_or_repeat(registration: Registration, now: datetime) -> Registered:
    is_taken = (
        MemberDevice.objects.filter(device_id=registration.device_id).exists()
        or Member.objects.filter(user_id=registration.user_id).exists()
    )
    if is_taken:
        # An earlier copy of this request may have taken them, so this is not yet a refusal.
        return _repeat(registration, now)
    member = Member.objects.create(
        user_id=registration.user_id,
        registered_at=now,
        updated_at=now,
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
        registered_at=now,
    )
    return Registered(device, token, is_new=True)


@transaction.atomic
def _repeat(registration: Registration, now: datetime) -> Registered:
    device = MemberDevice.objects.select_for_update().filter(device_id=registration.device_id).first()
    if not (
        device
        and device.member.user_id == registration.user_id
        and is_digest_of(registration.idempotency_key, device.registration_key_digest)
        and now - device.registered_at < REGISTRATION_REPEATABLE
    ):
        raise AlreadyRegistered
    token = issue_token()
    device.token_id, device.token_digest = token.id, token.digest
    device.save(update_fields=["token_id", "token_digest"])
    return Registered(device, token, is_new=False)


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
    """Erases all personal data. The member's row stays, because the points ledger refers to it.

    Raises MemberErased if the member was erased before.
    """
    for step in erasure_steps():
        step(member, now)
    member.devices.all().delete()
    changes = {**asdict(ERASED_PROFILE), "user_id": None, "updated_at": now, "erased_at": now}
    if not Member.objects.filter(pk=member.pk, erased_at=None).update(**changes):
        raise MemberErased
