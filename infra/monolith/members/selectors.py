"""Reads of members and devices."""

from django.db.models import Q

from members.models import Member, MemberDevice
from members.tokens import Token


def get_device_of_token(token: Token) -> MemberDevice | None:
    """The device that the token was issued to, with its member. None for an invalid token."""
    device = MemberDevice.objects.select_related("member").filter(token_id=token.id).first()
    return device if device and token.proves(device.token_digest) else None


def get_device_of_key(key_id: str) -> MemberDevice | None:
    """The device that the proven key belongs to, with its member."""
    return MemberDevice.objects.select_related("member").filter(key_id=key_id).first()


def list_devices(member: Member) -> list[MemberDevice]:
    return list(member.devices.order_by("pk"))


def holds_user_id(member: Member) -> bool:
    """Whether what other stores keep under the user ID of this member is this member's.

    Any member may state an ID, so proof decides: of all members that state it, the one whose phone
    first proved a key. Where no other member has proven one, it is any member that asks.
    """
    others = Member.objects.filter(user_id=member.user_id, erased_at=None).exclude(pk=member.pk)
    ahead = others.filter(proved_at__isnull=False)
    if member.proved_at is not None:
        earlier = Q(proved_at__lt=member.proved_at) | Q(proved_at=member.proved_at, pk__lt=member.pk)
        ahead = ahead.filter(earlier)
    return not ahead.exists()
