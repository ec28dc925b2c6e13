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
    # False if this unlock was reported before.
    is_new: bool


@transaction.atomic
def report_unlock(member_id: int, *, unlock_id: str, now: datetime) -> Reported:
    """Rewards an unlock if it is time. The same one again has the same outcome, and no more points.

    Raises points.services.AccountClosed.
    """
    # First of all: whoever reports at the same time waits here, and then sees this unlock.
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


def forget_unlocks(member: Member) -> None:
    """When a phone was unlocked is nobody's business once its owner is gone."""
    Unlock.objects.filter(member=member).delete()


def delete_refused_unlocks(*, received_before: datetime) -> int:
    """Deletes what brought no points and no phone will report again; how many."""
    refused = Unlock.objects.exclude(outcome=Unlock.Outcome.REWARDED)
    deleted, _ = refused.filter(received_at__lt=received_before).delete()
    return deleted
