"""The steps that other apps add to the registration and the erasure of a member.

`members` imports no other app of the app service, so the settings name the steps by path, in the
order in which they run: MEMBER_REGISTRATION_STEPS, DEVICE_REGISTRATION_STEPS (of the first and of
each later device) and MEMBER_ERASURE_STEPS. A step runs in the transaction of the registration or
erasure: an exception in a step undoes all of it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from members.models import Member, MemberDevice


class MemberErased(Exception):
    """The member was erased before: nothing can be written for this member any more."""


class Step(Protocol):
    """Raises MemberErased if the step finds that the member was erased before."""

    def __call__(self, member: Member, now: datetime, /) -> None: ...


class DeviceStep(Protocol):
    def __call__(self, device: MemberDevice, now: datetime, /) -> None: ...


def registration_steps() -> Iterator[Step]:
    return _import_steps(settings.MEMBER_REGISTRATION_STEPS)


def device_registration_steps() -> Iterator[DeviceStep]:
    return _import_steps(settings.DEVICE_REGISTRATION_STEPS)


def erasure_steps() -> Iterator[Step]:
    return _import_steps(settings.MEMBER_ERASURE_STEPS)


def _import_steps(paths: Sequence[str]) -> Iterator[Any]:
    return (import_string(path) for path in paths)
