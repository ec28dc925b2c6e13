from datetime import date, datetime, timedelta, timezone
from unittest import TestCase
from zoneinfo import ZoneInfo

from rewards.models import Unlock
from rewards.policy import History, UnlockPolicy, Verdict, judge, start_of_day

MINUTE = timedelta(minutes=1)
POLICY = UnlockPolicy(points=1, interval=5 * MINUTE, rewards_per_day_max=3)
SEOUL = ZoneInfo("Asia/Seoul")


def utc(year: int, month: int, day: int, *parts: int) -> datetime:
    hour, minute, second = (*parts, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


class UnlockingMember:
    """A member who unlocks a phone, with the history that the database would have."""

    def __init__(self, zone: ZoneInfo = SEOUL, policy: UnlockPolicy = POLICY) -> None:
        self.zone, self.policy, self.history = zone, policy, History()

    def unlock(self, now: datetime) -> Verdict:
        verdict = judge(self.policy, self.history, self.zone, now)
        if verdict.outcome == Unlock.Outcome.REWARDED:
            self.history = History(now, verdict.local_date, verdict.rewards)
        return verdict

    def rewards(self, start: datetime, end: datetime, step: timedelta = 5 * MINUTE) -> int:
        """The number of rewards for an unlock at every step."""
        steps = range(int((end - start) / step))
        verdicts = [self.unlock(start + step * number) for number in steps]
        return sum(verdict.outcome == Unlock.Outcome.REWARDED for verdict in verdicts)


class IntervalTests(TestCase):
    def test_the_first_unlock_ever_is_rewarded(self):
        verdict = UnlockingMember().unlock(utc(2026, 11, 23, 3))
        self.assertEqual(verdict.outcome, Unlock.Outcome.REWARDED)
        self.assertEqual(verdict.next_reward_at, utc(2026, 11, 23, 3, 5))

    def test_the_interval_ends_on_its_last_microsecond(self):
        member, start = UnlockingMember(), utc(2026, 11, 23, 3)
        member.unlock(start)
        early = member.unlock(start + POLICY.interval - timedelta(microseconds=1))
        self.assertEqual(early.outcome, Unlock.Outcome.TOO_SOON)
        self.assertEqual(early.next_reward_at, start + POLICY.interval)
        self.assertEqual(member.unlock(early.next_reward_at).outcome, Unlock.Outcome.REWARDED)

    def test_a_refused_unlock_does_not_start_the_interval_anew(self):
        member, start = UnlockingMember(), utc(2026, 11, 23, 3)
        member.unlock(start)
        for minutes in range(1, 5):
            member.unlock(start + minutes * MINUTE)
        self.assertEqual(member.unlock(start + 5 * MINUTE).outcome, Unlock.Outcome.REWARDED)

    def test_the_interval_goes_over_midnight(self):
        member = UnlockingMember()
        member.unlock(utc(2026, 11, 23, 14, 58))
        verdict = member.unlock(utc(2026, 11, 23, 15, 1))
        self.assertEqual(verdict.outcome, Unlock.Outcome.TOO_SOON)
        self.assertEqual((verdict.local_date, verdict.rewards), (date(2026, 11, 24), 0))


class DailyLimitTests(TestCase):
    def test_a_day_has_so_many_rewards_and_the_next_begins_at_local_midnight(self):
        member = UnlockingMember()
        for minutes in (0, 5, 10):
            last = member.unlock(utc(2026, 11, 23, 3) + minutes * MINUTE)
        self.assertEqual((last.outcome, last.rewards), (Unlock.Outcome.REWARDED, 3))
        self.assertEqual(last.next_reward_at, utc(2026, 11, 23, 15))

        refused = member.unlock(utc(2026, 11, 23, 14, 59, 59))
        self.assertEqual(refused.outcome, Unlock.Outcome.DAILY_LIMIT)
        self.assertEqual(refused.next_reward_at, utc(2026, 11, 23, 15))
        self.assertEqual(member.unlock(utc(2026, 11, 23, 15)).rewards, 1)

    def test_the_last_reward_shortly_before_midnight_keeps_its_interval(self):
        member = UnlockingMember()
        for minutes in (48, 53, 58):
            last = member.unlock(utc(2026, 11, 23, 14, minutes))
        self.assertEqual(last.next_reward_at, utc(2026, 11, 23, 15, 3))

    def test_the_limit_is_said_before_the_interval(self):
        member = UnlockingMember()
        for minutes in (0, 5, 10, 11):
            last = member.unlock(utc(2026, 11, 23, 3, minutes))
        self.assertEqual(last.outcome, Unlock.Outcome.DAILY_LIMIT)

    def test_every_day_has_its_limit_however_long_it_is(self):
        # The days on which clocks change, each with the day before and the day after: days of 23
        # and 25 hours, a day that begins at 01:00, a day with two midnights, a change by half an
        # hour, and a day that a country skipped.
        changes = {
            "America/New_York": [(2026, 3, 8), (2026, 11, 1)],
            "Africa/Cairo": [(2026, 4, 24), (2026, 10, 30)],
            "America/Havana": [(2026, 3, 8), (2026, 11, 1)],
            "America/Santiago": [(2026, 4, 5), (2026, 9, 6)],
            "Australia/Lord_Howe": [(2026, 4, 5), (2026, 10, 4)],
            "Pacific/Apia": [(2011, 12, 29), (2011, 12, 31)],
        }
        for name, days in changes.items():
            for parts in days:
                with self.subTest(zone=name, day=parts):
                    zone, day = ZoneInfo(name), date(*parts)
                    for each in (day - timedelta(days=1), day, day + timedelta(days=1)):
                        start = start_of_day(each, zone)
                        end = start_of_day(each + timedelta(days=1), zone)
                        expected = 3 if end > start else 0
                        self.assertEqual(UnlockingMember(zone).rewards(start, end), expected, each)

    def test_a_day_begins_at_its_first_instant(self):
        for name, day, first in (
            ("Asia/Seoul", date(2026, 11, 23), utc(2026, 11, 22, 15)),
            # Clocks go from 24:00 to 01:00.
            ("Africa/Cairo", date(2026, 4, 24), utc(2026, 4, 23, 22)),
            # Clocks go from 01:00 back to 00:00: midnight comes twice.
            ("America/Havana", date(2026, 11, 1), utc(2026, 11, 1, 4)),
            # Clocks go from 24:00 back to 23:00, so the day before lasts an hour longer.
            ("America/Santiago", date(2026, 4, 5), utc(2026, 4, 5, 4)),
            # The country skipped 30 December.
            ("Pacific/Apia", date(2011, 12, 30), utc(2011, 12, 30, 10)),
            ("Pacific/Apia", date(2011, 12, 31), utc(2011, 12, 30, 10)),
        ):
            with self.subTest(zone=name, day=day):
                zone = ZoneInfo(name)
                self.assertEqual(start_of_day(day, zone), first)
                before = (first - timedelta(seconds=1)).astimezone(zone).date()
                self.assertLess(before, day)
                self.assertGreaterEqual(first.astimezone(zone).date(), day)


class MovingTests(TestCase):
    def test_a_traveler_has_the_day_of_the_new_time_zone(self):
        member = UnlockingMember()
        member.unlock(utc(2026, 11, 23, 3))
        member.zone = ZoneInfo("America/Los_Angeles")
        # Noon of the 23rd in Seoul is still the 22nd in Los Angeles, but the day never goes back.
        self.assertEqual(member.unlock(utc(2026, 11, 23, 3, 5)).local_date, date(2026, 11, 23))
        verdict = member.unlock(utc(2026, 11, 24, 9))
        self.assertEqual(verdict.local_date, date(2026, 11, 24))

    def test_moving_to_and_fro_brings_one_day_more_at_the_very_most(self):
        east, west = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Niue")
        member, start, days = UnlockingMember(), utc(2026, 11, 1), 10
        rewarded = 0
        for number in range(days * 24 * 12):
            member.zone = west if number % 2 else east
            verdict = member.unlock(start + number * 5 * MINUTE)
            rewarded += verdict.outcome == Unlock.Outcome.REWARDED
        self.assertLessEqual(rewarded, (days + 1) * POLICY.rewards_per_day_max)
        self.assertGreaterEqual(rewarded, days * POLICY.rewards_per_day_max)
