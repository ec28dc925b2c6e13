"""Reads of unlocks and their rewards."""

from datetime import datetime
from zoneinfo import ZoneInfo

from members.models import Member
from rewards.models import Unlock
from rewards.policy import UNLOCK_POLICY, History, Verdict, judge


def get_history(member_id: int) -> History:
    """The member's last reward, and the number of rewards of its day."""
    rewarded = Unlock.objects.filter(member_id=member_id, outcome=Unlock.Outcome.REWARDED)
    last = rewarded.order_by("-received_at").first()
    if last is None:
        return History()
    rewards = rewarded.filter(local_date=last.local_date).count()
    return History(last.received_at, last.local_date, rewards)


def preview(member: Member, *, now: datetime) -> Verdict:
    """The verdict that an unlock at `now` would get."""
    return judge(UNLOCK_POLICY, get_history(member.pk), ZoneInfo(member.time_zone), now)
