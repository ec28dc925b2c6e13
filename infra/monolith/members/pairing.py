"""Pairing codes: how one more phone gets in to a member.

A phone of the member issues one, or an administrator for a member whose phones are lost. A code
works once, and the newest of a member alone.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from members.lifecycle import MemberErased
from members.models import Member, PairingCode

# Read from one screen and typed into the next; longer for a code that support sends.
CODE_LIFETIME = timedelta(minutes=10)
RECOVERY_CODE_LIFETIME = timedelta(hours=24)
# Without letters that look like a digit. 20 of 32 characters are 100 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP_LENGTH = 4, 5
CODE_PATTERN = re.compile(rf"\A[{_ALPHABET}]{{5}}(?:-[{_ALPHABET}]{{5}}){{3}}\Z")


def issue_code(member: Member, lifetime: timedelta, *, now: datetime) -> str:
    """A new code, which voids the member's code before. Call it in a transaction.

    Raises MemberErased.
    """
    # The row of the member is the lock of its codes.
    if not Member.objects.select_for_update().filter(pk=member.pk, erased_at=None).exists():
        raise MemberErased
    PairingCode.objects.filter(expires_at__lt=now).delete()
    member.pairing_codes.all().delete()
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)]
    code = "-".join(groups)
    member.pairing_codes.create(digest=_digest(code), expires_at=now + lifetime)
    return code


def take_code(code: str, *, now: datetime) -> Member | None:
    """The member of a code, locked; the code is used up then. Call it in a transaction.

    None for a code that is wrong, has expired or was used.
    """
    found = PairingCode.objects.filter(digest=_digest(code), expires_at__gt=now).first()
    if found is None:
        return None
    member = Member.objects.select_for_update().filter(pk=found.member_id, erased_at=None).first()
    # One of several requests deletes the row.
    deleted, _ = PairingCode.objects.filter(pk=found.pk).delete()
    return member if deleted else None


def _digest(code: str) -> str:
    # Keyed, so that the time of the look-up tells nothing about a code.
    return salted_hmac("members.pairing", code, algorithm="sha256").hexdigest()
