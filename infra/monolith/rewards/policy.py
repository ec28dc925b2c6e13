"""Decides whether an unlock is rewarded. Pure: callers pass the time, the zone and the history."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from rewards.models import Unlock


@dataclass(frozen=True)
class UnlockPolicy:
    points: int
    # The least time between two rewards of a member.
    interval: timedelta
    # A day goes from midnight to midnight in the member's time zone.
    rewards_per_day_max: int


UNLOCK_POLICY = UnlockPolicy(points=1, interval=timedelta(minutes=5), rewards_per_day_max=30)


@dataclass(frozen=True)
class History:
    """A member's rewarded unlocks. The defaults stand for a member without a reward."""

    # The time of the last reward, and the member's day that it counted towards.
    rewarded_at: datetime | None = None
    local_date: date | None = None
    # The number of rewards of that day.
    rewards: int = 0


@dataclass(frozen=True)
class Verdict:
    outcome: Unlock.Outcome
    # The member's day that the unlock counts towards.
    local_date: date
    # The number of rewards of that day, this unlock's included.
    rewards: int
    # The earliest time of the next reward.
    next_reward_at: datetime


def judge(policy: UnlockPolicy, history: History, zone: ZoneInfo, now: datetime) -> Verdict:
    """The verdict on an unlock at `now`. The daily limit comes before the interval."""
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
    """The member's day at `now`.

    The day never goes back, so that a member gains no second day by changing the time zone to and
    fro.
    """
    today = now.astimezone(zone).date()
    return max(today, history.local_date or today)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day, in UTC.

    If the clocks skip midnight or the whole day, the day begins at the instant of the skip. If the
    clocks show midnight twice, the day begins at the first. `fold=0` gives both (PEP 495).
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(timezone.utc)
