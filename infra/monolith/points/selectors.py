"""Reads of the points ledger."""

from collections.abc import Iterator
from dataclasses import dataclass

from points.models import PointsAccount, PointsEntry


@dataclass(frozen=True)
class Statement:
    """Entries, newest first, and where older ones go on; None at the end."""

    entries: tuple[PointsEntry, ...]
    next_before: int | None


def get_balance(member_id: int) -> int:
    return PointsAccount.objects.only("balance").get(pk=member_id).balance


def get_statement(member_id: int, *, before: int | None, limit: int) -> Statement:
    """At most `limit` entries, those before a sequence number or the newest.

    Pages hang on a number and not on an offset, so that entries which arrive meanwhile shift none.
    """
    entries = PointsEntry.objects.filter(account_id=member_id).order_by("-sequence")
    if before is not None:
        entries = entries.filter(sequence__lt=before)
    found = tuple(entries[: limit + 1])
    shown = found[:limit]
    return Statement(shown, shown[-1].sequence if len(found) > limit else None)


def find_broken_accounts() -> Iterator[str]:
    """Adds up every ledger. Says what does not add up, one sentence an account."""
    for account in PointsAccount.objects.order_by("pk").iterator():
        if wrong := _find_break(account):
            yield f"Account {account.pk}: {wrong}."


def _find_break(account: PointsAccount) -> str:
    balance = sequence = 0
    for entry in account.entries.order_by("sequence").iterator():
        sequence += 1
        balance += entry.amount
        if entry.sequence != sequence:
            return f"entry {sequence} is missing"
        if entry.balance_after != balance:
            return f"after entry {sequence} there are {balance} points, not {entry.balance_after}"
    if (account.sequence, account.balance) != (sequence, balance):
        return f"{sequence} entries make {balance} points, not {account.balance}"
    return ""
