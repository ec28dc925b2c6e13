"""Writes of unlocks and their rewards."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from members.models import Member
from points.models import PointsEntry
from points.services import Posting, lock_account, post
from rewards.models import Unlock
from rewards.policy import UNLOCK_POLICY, judge
from rewards.selectors import get_history


@dataclass(frozen=True)
class Reported:
    unlock: Unlock
    balance: int
    # False if a phone reported this unlock before.
    is_new: bool


@transaction.atomic
def report_unlock(member_id: int, *, unlock_id: str, now: datetime) -> Reported:
    """Stores an unlock, and rewards it if the policy allows a reward now.

    A repeated report of an unlock has the first report's outcome and brings no more points. Raises
    MemberErased.
    """
    # The lock comes before the look-up: a simultaneous report of the same unlock waits here, and
    # then finds the unlock.
    account = lock_account(member_id)
    before = Unlock.objects.filter(member_id=member_id, unlock_id=unlock_id).first()
    if before is not None:
        return Reported(before, account.balance, is_new=False)
    zone = ZoneInfo(Member.objects.get(pk=member_id).time_zone)
    verdict = judge(UNLOCK_POLICY, get_history(member_id), zone, now)
    points = UNLOCK_POLICY.points if verdict.outcome == Unlock.Outcome.REWARDED else 0
    if points:
        post(account, Posting(PointsEntry.Kind.UNLOCK, points, f"unlock:{unlock_id}"), now=now)
    unlock = Unlock.objects.create(
        member_id=member_id,
        unlock_id=unlock_id,
        outcome=verdict.outcome,
        points=points,
        local_date=verdict.local_date,
        received_at=now,
        next_reward_at=verdict.next_reward_at,
    )
    return Reported(unlock, account.balance, is_new=True)


def delete_unlocks(member: Member, _now: datetime) -> None:
    """A step of the erasure of a member: the times of unlocks are personal data."""
    Unlock.objects.filter(member=member).delete()


def delete_refused_unlocks(*, received_before: datetime) -> int:
    """Deletes old unlocks that brought no points, and returns how many.

    Phones report an unlock again for a few days at most, so nothing needs an old refusal.
    """
    refused = Unlock.objects.exclude(outcome=Unlock.Outcome.REWARDED)
    deleted, _ = refused.filter(received_at__lt=received_before).delete()
    return deleted
