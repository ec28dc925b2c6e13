"""Writes of the points ledger.

Every writer locks the row of the account before any other row. Writers of one account therefore
queue up, and two writers cannot wait for each other in a circle.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from members.lifecycle import MemberErased
from members.models import Member
from points.models import PointsAccount, PointsEntry


class InsufficientPoints(Exception):
    def __init__(self, balance: int) -> None:
        super().__init__(balance)
        self.balance = balance


class KeyReused(Exception):
    """The idempotency key belongs to an earlier entry with another amount or reference."""


@dataclass(frozen=True)
class Posting:
    kind: PointsEntry.Kind
    # Points that the account gains (positive) or loses (negative).
    amount: int
    idempotency_key: str
    reference: str = ""


@dataclass(frozen=True)
class Posted:
    entry: PointsEntry
    # False if the entry was made by an earlier copy of the request.
    is_new: bool


def open_account(member: Member, _now: datetime) -> None:
    """A step of the registration of a member."""
    PointsAccount.objects.create(member=member)


def lock_account(member_id: int) -> PointsAccount:
    """The account, which no other transaction can write until this one ends.

    Raises MemberErased if the account is closed.
    """
    account = PointsAccount.objects.select_for_update().get(pk=member_id)
    if account.closed_at is not None:
        raise MemberErased
    return account


@transaction.atomic
def spend(member_id: int, *, amount: int, idempotency_key: str, reference: str, now: datetime) -> Posted:
    """Takes points off the balance, once for each key.

    Raises InsufficientPoints, KeyReused or MemberErased.
    """
    posting = Posting(PointsEntry.Kind.SPENDING, -amount, f"spending:{idempotency_key}", reference)
    return post(lock_account(member_id), posting, now=now)


def post(account: PointsAccount, posting: Posting, *, now: datetime) -> Posted:
    """Adds an entry to an account that the caller has locked, or finds the entry of the same key.

    Raises InsufficientPoints or KeyReused.
    """
    before = account.entries.filter(idempotency_key=posting.idempotency_key).first()
    if before is not None:
        if (before.amount, before.reference) != (posting.amount, posting.reference):
            raise KeyReused
        return Posted(before, is_new=False)
    balance = account.balance + posting.amount
    if balance < 0:
        raise InsufficientPoints(account.balance)
    account.sequence, account.balance = account.sequence + 1, balance
    account.save(update_fields=["sequence", "balance"])
    entry = PointsEntry.objects.create(
        account=account,
        sequence=account.sequence,
        kind=posting.kind,
        amount=posting.amount,
        balance_after=balance,
        idempotency_key=posting.idempotency_key,
        reference=posting.reference,
        created_at=now,
    )
    return Posted(entry, is_new=True)


@transaction.atomic
def close_account(member: Member, now: datetime) -> None:
    """A step of the erasure of a member: forfeits the balance and refuses all later entries.

    Raises MemberErased if the account is closed already.
    """
    account = lock_account(member.pk)
    if account.balance:
        kind = PointsEntry.Kind.FORFEITURE
        post(account, Posting(kind, -account.balance, "closing"), now=now)
    account.closed_at = now
    account.save(update_fields=["closed_at"])
