"""Reads of the points ledger."""

from collections.abc import Iterator
from dataclasses import dataclass

from points.models import PointsAccount, PointsEntry


@dataclass(frozen=True)
class Statement:
    """A page of entries, newest first."""

    entries: tuple[PointsEntry, ...]
    # The `before` of the next page. None on the last page.
    next_before: int | None


def get_balance(member_id: int) -> int:
    return PointsAccount.objects.only("balance").get(pk=member_id).balance


def get_statement(member_id: int, *, before: int | None, limit: int) -> Statement:
    """At most `limit` entries: those below the sequence number `before`, or the newest.

    A page begins at a sequence number and not at an offset, so that new entries shift no page.
    """
    entries = PointsEntry.objects.filter(account_id=member_id).order_by("-sequence")
    if before is not None:
        entries = entries.filter(sequence__lt=before)
    found = tuple(entries[: limit + 1])
    shown = found[:limit]
    return Statement(shown, shown[-1].sequence if len(found) > limit else None)


def find_broken_accounts() -> Iterator[str]:
    """Adds up every account, and yields one sentence for each account that does not add up."""
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
