"""Reads of members and devices."""

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
