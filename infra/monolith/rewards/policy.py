"""Which unlock is rewarded. Pure: the clock, the member's time zone and history are handed in."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from rewards.models import Unlock


@dataclass(frozen=True)
class UnlockPolicy:
    points: int
    # From one reward to the next.
    interval: timedelta
    # A member's own day, from midnight to midnight where they are.
    rewards_per_day_max: int


UNLOCK_POLICY = UnlockPolicy(points=1, interval=timedelta(minutes=5), rewards_per_day_max=30)


@dataclass(frozen=True)
class History:
    """Of rewarded unlocks alone; `rewards` are those of `local_date`, the last one's day."""

    rewarded_at: datetime | None = None
    local_date: date | None = None
    rewards: int = 0


@dataclass(frozen=True)
class Verdict:
    outcome: Unlock.Outcome
    # The member's day that a reward counts for, how many it has, this one included, and when the
    # next can be had.
    local_date: date
    rewards: int
    next_reward_at: datetime


def judge(policy: UnlockPolicy, history: History, zone: ZoneInfo, now: datetime) -> Verdict:
    """Whether an unlock now is rewarded."""
    local_date = day_of(history, zone, now)
    rewards = history.rewards if local_date == history.local_date else 0
    if rewards >= policy.rewards_per_day_max:
        tomorrow = start_of_day(local_date + timedelta(days=1), zone)
        return Verdict(Unlock.Outcome.DAILY_LIMIT, local_date, rewards, tomorrow)
    if history.rewarded_at is not None and now < history.rewarded_at + policy.interval:
        next_reward_at = history.rewarded_at + policy.interval
        return Verdict(Unlock.Outcome.TOO_SOON, local_date, rewards, next_reward_at)
    next_reward_at = now + policy.interval
    if rewards + 1 >= policy.rewards_per_day_max:
        tomorrow = start_of_day(local_date + timedelta(days=1), zone)
        next_reward_at = max(next_reward_at, tomorrow)
    return Verdict(Unlock.Outcome.REWARDED, local_date, rewards + 1, next_reward_at)


def day_of(history: History, zone: ZoneInfo, now: datetime) -> date:
    """The member's day. It never goes back: whoever moves their time zone to and fro has no more
    days than others.
    """
    today = now.astimezone(zone).date()
    return max(today, history.local_date or today)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC.

    Where clocks skip midnight, or a whole day, that is the instant at which they do; where they
    show midnight twice, the first time. Both are what Python makes of `fold=0` (PEP 495).
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(timezone.utc)
