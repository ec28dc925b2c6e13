"""Writes of the points ledger. Whoever writes locks the account's row first, and nothing before it,
so that writers queue up and never wait for each other in a circle.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from members.models import Member
from points.models import PointsAccount, PointsEntry


class AccountClosed(Exception):
    """The member was erased."""


class InsufficientPoints(Exception):
    def __init__(self, balance: int) -> None:
        super().__init__(balance)
        self.balance = balance


class KeyReused(Exception):
    """The idempotency key stands for another entry already."""


@dataclass(frozen=True)
class Posting:
    kind: PointsEntry.Kind
    # Positive comes, negative goes.
    amount: int
    idempotency_key: str
    reference: str = ""


@dataclass(frozen=True)
class Posted:
    entry: PointsEntry
    # False if this posting was made before.
    is_new: bool


def open_account(member: Member) -> None:
    PointsAccount.objects.create(member=member)


def lock_account(member_id: int) -> PointsAccount:
    """The account, which nobody else can write until the transaction ends. Raises AccountClosed."""
    account = PointsAccount.objects.select_for_update().get(pk=member_id)
    if account.closed_at is not None:
        raise AccountClosed
    return account


@transaction.atomic
def spend(
    member_id: int, *, amount: int, idempotency_key: str, reference: str, now: datetime
) -> Posted:
    """Takes points away, once for each key. Raises InsufficientPoints, KeyReused, AccountClosed."""
    posting = Posting(PointsEntry.Kind.SPENDING, -amount, f"spending:{idempotency_key}", reference)
    return post(lock_account(member_id), posting, now=now)


def post(account: PointsAccount, posting: Posting, *, now: datetime) -> Posted:
    """Adds an entry to an account that the caller has locked, or finds the one made before."""
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
def close_account(member: Member, *, now: datetime) -> None:
    """Forfeits what is left. Nothing can be posted any more. Raises AccountClosed."""
    account = lock_account(member.pk)
    if account.balance:
        kind = PointsEntry.Kind.FORFEITURE
        post(account, Posting(kind, -account.balance, "closing"), now=now)
    account.closed_at = now
    account.save(update_fields=["closed_at"])
