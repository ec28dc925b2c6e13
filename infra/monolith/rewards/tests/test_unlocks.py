from datetime import datetime, timedelta
from functools import partial
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from members.models import Member
from members.tests.support import MYSELF, NOW, MemberTestCase, new_member
from points.models import PointsAccount, PointsEntry
from points.selectors import find_broken_accounts
from rewards.models import Unlock
from rewards.policy import UNLOCK_POLICY
from rewards.services import Reported, report_unlock
from web.tests.concurrency_test_case import ConcurrencyTestCase

UNLOCKS = "/api/v1/app/rewards/unlocks"
INTERVAL = UNLOCK_POLICY.interval


class ReportUnlockTests(TestCase):
    def setUp(self):
        self.member = new_member(time_zone="Asia/Seoul")

    def report(self, unlock_id: str, now: datetime = NOW) -> Reported:
        return report_unlock(self.member.pk, unlock_id=unlock_id, now=now)

    def test_a_reward_is_an_entry_of_the_ledger(self):
        reported = self.report("one")
        entry = PointsEntry.objects.get()

        self.assertEqual(reported.unlock.outcome, "rewarded")
        self.assertEqual((entry.kind, entry.amount), ("unlock", UNLOCK_POLICY.points))
        self.assertEqual(reported.balance, UNLOCK_POLICY.points)

    def test_a_refused_unlock_is_remembered_and_leaves_no_entry(self):
        self.report("one")
        refused = self.report("two", NOW + INTERVAL / 2)

        self.assertEqual((refused.unlock.outcome, refused.unlock.points), ("too_soon", 0))
        self.assertEqual(PointsEntry.objects.count(), 1)
        self.assertEqual(Unlock.objects.count(), 2)

    def test_the_same_unlock_has_the_same_outcome_whenever_it_is_reported_again(self):
        self.report("one")
        self.report("two", NOW + INTERVAL / 2)
        for unlock_id, outcome in (("one", "rewarded"), ("two", "too_soon")):
            again = self.report(unlock_id, NOW + timedelta(days=3))
            self.assertEqual((again.unlock.outcome, again.is_new), (outcome, False))
        self.assertEqual(PointsAccount.objects.get().balance, UNLOCK_POLICY.points)

    def test_an_unlock_is_rewarded_once_even_after_it_was_forgotten(self):
        self.report("one")
        Unlock.objects.all().delete()
        again = self.report("one", NOW + timedelta(days=60))
        self.assertEqual(again.balance, UNLOCK_POLICY.points)
        self.assertEqual(PointsEntry.objects.count(), 1)

    def test_a_day_brings_no_more_than_its_limit(self):
        limit = UNLOCK_POLICY.rewards_per_day_max
        outcomes = [
            self.report(f"unlock-{number}", NOW + INTERVAL * number).unlock.outcome
            for number in range(limit + 2)
        ]
        self.assertEqual(outcomes, ["rewarded"] * limit + ["daily_limit"] * 2)
        tomorrow = self.report("tomorrow", NOW.replace(hour=15))
        self.assertEqual(tomorrow.unlock.local_date.isoformat(), "2026-11-24")
        self.assertEqual(tomorrow.balance, (limit + 1) * UNLOCK_POLICY.points)

    def test_the_same_unlock_id_of_two_members_is_two_unlocks(self):
        other = new_member("u2")
        self.assertTrue(self.report("one").is_new)
        self.assertTrue(report_unlock(other.pk, unlock_id="one", now=NOW).is_new)


class AtOnceTests(ConcurrencyTestCase):
    def setUp(self):
        super().setUp()
        self.member = new_member()

    def report(self, unlock_id: str) -> Reported:
        return report_unlock(self.member.pk, unlock_id=unlock_id, now=NOW)

    def test_one_unlock_from_all_sides_is_rewarded_once(self):
        outcomes = self.at_once([partial(self.report, "one")] * 8)
        self.assertEqual(sorted(reported.is_new for reported in outcomes), [False] * 7 + [True])
        self.assertEqual({reported.unlock.outcome for reported in outcomes}, {"rewarded"})
        self.assertEqual(PointsAccount.objects.get().balance, UNLOCK_POLICY.points)

    def test_of_many_unlocks_at_once_one_is_rewarded(self):
        outcomes = self.at_once([partial(self.report, f"unlock-{number}") for number in range(8)])
        found = sorted(reported.unlock.outcome for reported in outcomes)
        self.assertEqual(found, ["rewarded"] + ["too_soon"] * 7)
        self.assertEqual(list(find_broken_accounts()), [])


class UnlocksApiTests(MemberTestCase):
    def setUp(self):
        super().setUp()
        self.mine = self.phone("u1", time_zone="Asia/Seoul")

    def at(self, now: datetime):
        return mock.patch.object(timezone, "now", return_value=now)

    def report(self, body: object):
        return self.mine.send("post", UNLOCKS, body)

    def test_an_unlock_is_answered_with_what_it_brought(self):
        with self.at(NOW):
            response = self.report({"unlock_id": "one", "unlocked_at": "is ignored"})
            again = self.report({"unlock_id": "one"})

        self.assertEqual((response.status_code, again.status_code), (201, 200))
        self.assertEqual(
            response.json(),
            {
                "unlock_id": "one",
                "outcome": "rewarded",
                "points": 1,
                "balance": 1,
                "local_date": "2026-11-23",
                "next_reward_at": "2026-11-23T03:05:00Z",
            },
        )
        self.assertEqual(again.json(), response.json())

    def test_a_phone_can_ask_when_the_next_reward_is_due(self):
        expected = {
            "local_date": "2026-11-23",
            "rewards_today": 0,
            "rewards_per_day_max": 30,
            "points_per_reward": 1,
            "interval_seconds": 300,
            "next_reward_at": "2026-11-23T03:00:00Z",
        }
        with self.at(NOW):
            self.assertEqual(self.mine.get(UNLOCKS).json(), expected)
            self.report({"unlock_id": "one"})
            after = {**expected, "rewards_today": 1, "next_reward_at": "2026-11-23T03:05:00Z"}
            self.assertEqual(self.mine.get(UNLOCKS).json(), after)
        self.assertEqual(Unlock.objects.count(), 1)

    def test_a_member_who_moves_has_other_midnights(self):
        with self.at(NOW):
            self.mine.send("patch", MYSELF, {"time_zone": "America/New_York"})
            self.assertEqual(self.mine.get(UNLOCKS).json()["local_date"], "2026-11-22")

    def test_an_unlock_without_a_proper_id_is_refused(self):
        for value in ("", " ", "a b", "x" * 129, 1, None, ["one"], "\ufffd"):
            with self.subTest(value=value):
                self.assert_invalid_fields(self.report({"unlock_id": value}), "unlock_id")
        self.assert_invalid_fields(self.report({}), "unlock_id")

    def test_without_a_token_nothing_is_rewarded(self):
        self.assert_unauthorized(self.client.get(UNLOCKS))
        self.assert_unauthorized(self.send("post", UNLOCKS, {"unlock_id": "one"}))


class DeleteRefusedUnlocksTests(TestCase):
    def test_old_refusals_go_and_rewards_stay(self):
        member = new_member()
        now = timezone.now()
        for days in (40, 20):
            then = now - timedelta(days=days)
            for number in range(2):
                report_unlock(member.pk, unlock_id=f"{days}-{number}", now=then)
        with mock.patch("sys.stdout"):
            call_command("delete_refused_unlocks", days=30)
        left = sorted(Unlock.objects.values_list("unlock_id", flat=True))
        self.assertEqual(left, ["20-0", "20-1", "40-0"])

    def test_days_that_make_no_sense_are_refused(self):
        for days in (0, -1, 10**9):
            with self.assertRaisesMessage(CommandError, "--days must be from 1 to 36500"):
                call_command("delete_refused_unlocks", days=days)
        self.assertFalse(Member.objects.exists())
