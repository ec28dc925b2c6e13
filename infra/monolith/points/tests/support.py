"""Gives points to a member of a test."""

import secrets

from django.db import transaction

from members.models import Member
from members.tests.support import NOW
from points.models import PointsEntry
from points.services import Posted, Posting, lock_account, post


@transaction.atomic
def earn(member: Member, amount: int, key: str = "") -> Posted:
    posting = Posting(PointsEntry.Kind.UNLOCK, amount, key or secrets.token_hex(8))
    return post(lock_account(member.pk), posting, now=NOW)
