from functools import partial

from members.lifecycle import MemberErased
from members.services import erase_member
from members.tests.support import NOW, new_member
from points.models import PointsAccount, PointsEntry
from points.selectors import find_broken_accounts
from points.services import InsufficientPoints, KeyReused, Posted, spend
from points.tests.support import earn
from web.tests.concurrency_test_case import ConcurrencyTestCase

THREADS = 8


class AtOnceTests(ConcurrencyTestCase):
    def setUp(self):
        super().setUp()
        self.member = new_member()

    def spend(self, amount: int, key: str) -> Posted:
        return spend(self.member.pk, amount=amount, idempotency_key=key, reference="coffee", now=NOW)

    def assert_adds_up_to(self, balance: int) -> None:
        self.assertEqual(list(find_broken_accounts()), [])
        self.assertEqual(PointsAccount.objects.get().balance, balance)

    def test_points_are_spent_no_more_often_than_they_last(self):
        earn(self.member, 30)
        calls = [partial(self.spend, 10, f"key-{number}") for number in range(THREADS)]
        outcomes = self.at_once(calls)

        kinds = [type(outcome) for outcome in outcomes]
        self.assertEqual((kinds.count(Posted), kinds.count(InsufficientPoints)), (3, THREADS - 3))
        self.assert_adds_up_to(0)

    def test_the_same_spending_from_all_sides_is_one(self):
        earn(self.member, 100)
        outcomes = self.at_once([partial(self.spend, 10, "key")] * THREADS)

        self.assertEqual(sorted(posted.is_new for posted in outcomes), [False] * 7 + [True])
        self.assert_adds_up_to(90)

    def test_one_key_for_two_things_is_good_for_one_of_them(self):
        earn(self.member, 100)
        outcomes = self.at_once([partial(self.spend, 10 + number % 2, "key") for number in range(8)])

        refused = [outcome for outcome in outcomes if isinstance(outcome, KeyReused)]
        self.assertEqual(len(refused), 4)
        self.assertEqual(PointsEntry.objects.filter(kind="spending").count(), 1)

    def test_earning_and_spending_lose_nothing(self):
        earn(self.member, 1)
        earning = [partial(earn, self.member, 5, f"e-{number}") for number in range(4)]
        spending = [partial(self.spend, 1, f"s-{number}") for number in range(4)]
        outcomes = self.at_once([*earning, *spending])

        spent = [posted for posted in outcomes if isinstance(posted, Posted) and posted.entry.amount < 0]
        self.assertEqual(sum(isinstance(outcome, Posted) for outcome in outcomes[:4]), 4)
        self.assert_adds_up_to(21 - len(spent))

    def test_a_member_who_is_erased_spends_before_the_erasure_or_not_at_all(self):
        earn(self.member, 100)
        calls = [partial(self.spend, 1, f"key-{number}") for number in range(THREADS - 1)]
        outcomes = self.at_once([*calls, partial(erase_member, self.member, now=NOW)])

        self.assertLessEqual({type(outcome) for outcome in outcomes[:-1]}, {Posted, MemberErased})
        self.assertIsNone(outcomes[-1])
        self.assert_adds_up_to(0)
