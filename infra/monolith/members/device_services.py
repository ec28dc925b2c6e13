"""Writes of the devices of members: keys, tokens, pairing and revocation."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from members.lifecycle import MemberErased, device_registration_steps
from members.models import Member, MemberDevice
from members.pairing import CODE_LIFETIME, issue_code, take_code
from members.selectors import get_device_of_key
from members.services import Registered, renew_token
from members.tokens import Token, digest, issue_token

DEVICES_MAX = 16


class KeyTaken(Exception):
    """The key belongs to another device, or the device has another key."""


class UnknownKey(Exception):
    """No device has this key."""


class InvalidCode(Exception):
    """The pairing code is wrong, has expired or was used."""


class TooManyDevices(Exception):
    """The member has DEVICES_MAX devices."""


class UnknownDevice(Exception):
    """The member has no such device."""


def bind_key(device: MemberDevice, key_id: str, *, now: datetime) -> Token:
    """Binds a proven key to a device that registered without one, and issues a new token.

    The token before becomes void, because it may have been read before there was a key. Raises
    KeyTaken, and MemberErased for a device that was revoked meanwhile.
    """
    try:
        with transaction.atomic():
            # First, because an erasure locks the member before the device, too.
            _record_proof(device.member_id, now)
            rows = MemberDevice.objects.select_for_update().filter(pk=device.pk)
            current = rows.values_list("key_id", flat=True).first()
            if current not in (None, key_id):
                raise KeyTaken
            rows.update(key_id=key_id)
            token = renew_token(device)
    except IntegrityError:
        raise KeyTaken from None
    device.key_id = key_id
    return token


@transaction.atomic
def renew_token_of_key(key_id: str) -> Registered:
    """Issues a new token for the device with a proven key. Raises UnknownKey."""
    device = get_device_of_key(key_id)
    if device is None:
        raise UnknownKey
    try:
        return Registered(device, renew_token(device), is_new=False)
    except MemberErased:
        # Revoked since it was read.
        raise UnknownKey from None


@transaction.atomic
def issue_pairing_code(member: Member, *, now: datetime, lifetime: timedelta = CODE_LIFETIME) -> str:
    """Raises MemberErased."""
    return issue_code(member, lifetime, now=now)


def join_member(code: str, device_id: str, key_id: str, *, now: datetime) -> Registered:
    """Registers one more device of the member of a code. A refusal leaves the code usable.

    Raises InvalidCode, TooManyDevices and KeyTaken.
    """
    try:
        with transaction.atomic():
            member = take_code(code, now=now)
            if member is None:
                raise InvalidCode
            return _add_device(member, device_id, key_id, now)
    except IntegrityError:
        raise KeyTaken from None


def _add_device(member: Member, device_id: str, key_id: str, now: datetime) -> Registered:
    if member.devices.count() >= DEVICES_MAX:
        raise TooManyDevices
    token = issue_token()
    device = MemberDevice.objects.create(
        member=member,
        device_id=device_id,
        token_id=token.id,
        token_digest=token.digest,
        # There is nothing to repeat: a device with a key renews its token.
        registration_key_digest=digest(secrets.token_urlsafe(32)),
        key_id=key_id,
        registered_at=now,
    )
    _record_proof(member.pk, now)
    for step in device_registration_steps():
        step(device, now)
    return Registered(device, token, is_new=True)


def _record_proof(member_id: int, now: datetime) -> None:
    """The first proof of a member counts, also after the phone that gave it is gone."""
    Member.objects.filter(pk=member_id, proved_at=None, erased_at=None).update(proved_at=now)


def revoke_device(member: Member, number: int) -> None:
    """Voids the token and the key of one device of the member. Raises UnknownDevice."""
    deleted, _ = member.devices.filter(pk=number).delete()
    if not deleted:
        raise UnknownDevice


def revoke_all_devices(member: Member) -> int:
    """Voids all tokens, keys and pairing codes of a member; the number of the devices."""
    with transaction.atomic():
        # A device that joins at this moment holds this row.
        Member.objects.select_for_update().filter(pk=member.pk).first()
        member.pairing_codes.all().delete()
        count = member.devices.count()
        member.devices.all().delete()
    return count
