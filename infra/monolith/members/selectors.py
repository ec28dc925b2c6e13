"""Reads of members and devices."""

from members.models import MemberDevice
from members.tokens import Token


def get_device_of_token(token: Token) -> MemberDevice | None:
    """The device that the token was issued to, with its member. None for an invalid token."""
    device = MemberDevice.objects.select_related("member").filter(token_id=token.id).first()
    return device if device and token.proves(device.token_digest) else None


def is_registered(device_id: str) -> bool:
    return MemberDevice.objects.filter(device_id=device_id).exists()
