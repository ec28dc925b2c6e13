"""Writes of members: registering, telling about oneself, being erased."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from devices.services import delete_device_settings
from members.models import Member, MemberDevice
from members.profiles import Profile
from members.tokens import Token, digest, is_digest_of, issue_token
from points.services import AccountClosed, close_account, open_account
from rewards.services import forget_unlocks

# How long a registration may be repeated for a new token. The key that allows it is as good as the
# token, so it does not stay good for ever.
REGISTRATION_REPEATABLE = timedelta(hours=24)


class AlreadyRegistered(Exception):
    """The user or the device is registered, and not by a repetition of this request."""


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

    An app that never saw the answer repeats its request with the same key: it gets a new token,
    and the one that was lost is void. Raises AlreadyRegistered.
    """
    try:
        return _register_or_repeat(registration, now)
    except IntegrityError:
        # Somebody registered the same in this moment: perhaps the same request, repeated.
        return _repeat(registration, now)


@transaction.atomic
def _register_or_repeat(registration: Registration, now: datetime) -> Registered:
    # Either may have come into being since the other was looked for: in both cases perhaps by the
    # same request, repeated.
    is_taken = (
        MemberDevice.objects.filter(device_id=registration.device_id).exists()
        or Member.objects.filter(user_id=registration.user_id).exists()
    )
    if is_taken:
        return _repeat(registration, now)
    member = Member.objects.create(
        user_id=registration.user_id,
        registered_at=now,
        updated_at=now,
        **asdict(registration.profile),
    )
    open_account(member)
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
    device = (
        MemberDevice.objects.select_for_update().filter(device_id=registration.device_id).first()
    )
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
    """Raises AccountClosed if the member was erased meanwhile, and then changes nothing."""
    changes = {**asdict(profile), "updated_at": now}
    # Not `save`, which would bring back what was erased.
    if not Member.objects.filter(pk=member.pk, erased_at=None).update(**changes):
        raise AccountClosed
    for name, value in changes.items():
        setattr(member, name, value)


@transaction.atomic
def erase_member(member: Member, *, now: datetime) -> None:
    """Erases everything that is personal. Points are forfeited; the ledger stays, nameless.

    Raises AccountClosed if that was done before.
    """
    close_account(member, now=now)
    forget_unlocks(member)
    for device in member.devices.all():
        delete_device_settings(device.device_id)
        device.delete()
    erased = asdict(Profile(time_zone=""))
    Member.objects.filter(pk=member.pk).update(
        user_id=None, updated_at=now, erased_at=now, **erased
    )
