import io

from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from members.tests.support import NOW, new_member
from points.models import AppendOnly, PointsAccount, PointsEntry
from points.selectors import get_statement
from points.services import InsufficientPoints, KeyReused, spend
from points.tests.support import earn


class LedgerTests(TestCase):
    def setUp(self):
        self.member = new_member()

    def spend(self, amount: int, key: str = "key", reference: str = "coffee"):
        return spend(self.member.pk, amount=amount, idempotency_key=key, reference=reference, now=NOW)

    def balance(self) -> int:
        return PointsAccount.objects.get(pk=self.member.pk).balance

    def test_each_entry_says_the_balance_after_it(self):
        earn(self.member, 10)
        earn(self.member, 5)
        self.spend(12)

        entries = PointsEntry.objects.order_by("sequence")
        rows = list(entries.values_list("sequence", "amount", "balance_after"))
        self.assertEqual(rows, [(1, 10, 10), (2, 5, 15), (3, -12, 3)])
        self.assertEqual(self.balance(), 3)

    def test_all_points_can_be_spent_and_not_one_more(self):
        earn(self.member, 10)
        with self.assertRaises(InsufficientPoints) as raised:
            self.spend(11)
        self.assertEqual((raised.exception.balance, self.balance()), (10, 10))

        self.spend(10)
        self.assertEqual(self.balance(), 0)

    def test_a_refused_spending_may_be_tried_again_with_the_same_key(self):
        with self.assertRaises(InsufficientPoints):
            self.spend(10)
        earn(self.member, 10)
        self.assertTrue(self.spend(10).is_new)

    def test_the_same_key_again_is_the_same_entry_even_when_nothing_is_left(self):
        earn(self.member, 10)
        first, second = self.spend(10), self.spend(10)

        self.assertEqual((first.is_new, second.is_new), (True, False))
        self.assertEqual(first.entry, second.entry)
        self.assertEqual(self.balance(), 0)

    def test_a_key_that_stood_for_something_else_is_refused(self):
        earn(self.member, 100)
        self.spend(10)
        for amount, reference in ((11, "coffee"), (10, "tea")):
            with self.assertRaises(KeyReused):
                self.spend(amount, reference=reference)
        self.assertEqual(self.balance(), 90)

    def test_one_members_keys_are_not_anothers(self):
        other = new_member("u2")
        for member in (self.member, other):
            earn(member, 10, "same")
        self.assertEqual(PointsAccount.objects.filter(balance=10).count(), 2)

    def test_entries_are_never_changed_and_never_deleted(self):
        entry = earn(self.member, 10).entry
        entry.amount = 20
        entries = PointsEntry.objects.filter(pk=entry.pk)
        attempts = (
            entry.save,
            entry.delete,
            entries.delete,
            lambda: entries.update(amount=20),
            lambda: PointsEntry.objects.bulk_update([entry], ["amount"]),
        )
        for attempt in attempts:
            with self.assertRaises(AppendOnly), transaction.atomic():
                attempt()
        self.assertEqual(PointsEntry.objects.get().amount, 10)
        with self.assertRaises(ProtectedError):
            self.member.points_account.delete()

    def test_the_database_itself_refuses_what_no_ledger_has(self):
        account = self.member.points_account
        earn(self.member, 10, "first")
        good = {
            "account": account,
            "sequence": 2,
            "kind": "unlock",
            "amount": 1,
            "balance_after": 11,
            "idempotency_key": "second",
            "created_at": NOW,
        }
        wrong = (
            {"sequence": 1},
            {"idempotency_key": "first"},
            {"amount": 0},
            {"amount": -1},
            {"kind": "spending"},
            {"kind": "gift"},
            {"balance_after": -1},
            {"amount": 12},
        )
        for fields in wrong:
            with self.subTest(fields=fields), self.assertRaises(IntegrityError):
                with transaction.atomic():
                    PointsEntry.objects.create(**{**good, **fields})
        with self.assertRaises(IntegrityError), transaction.atomic():
            PointsAccount.objects.filter(pk=account.pk).update(balance=-1)
        PointsEntry.objects.create(**good)

    def test_statements_go_from_page_to_page_whatever_is_added_meanwhile(self):
        for amount in range(1, 8):
            earn(self.member, amount)
        seen, before = [], None
        for _ in range(3):
            statement = get_statement(self.member.pk, before=before, limit=3)
            seen += [entry.amount for entry in statement.entries]
            before = statement.next_before
            earn(self.member, 100)
        self.assertEqual((seen, before), ([7, 6, 5, 4, 3, 2, 1], None))

    def test_a_page_that_is_exactly_full_is_the_last(self):
        for _ in range(3):
            earn(self.member, 1)
        self.assertIsNone(get_statement(self.member.pk, before=None, limit=3).next_before)


class CheckPointsTests(TestCase):
    def test_a_ledger_that_adds_up_is_counted(self):
        earn(new_member("u1"), 10)
        new_member("u2")
        out = io.StringIO()
        call_command("check_points", stdout=out)
        self.assertEqual(out.getvalue(), "2 accounts add up.\n")

    def test_a_row_that_was_changed_by_hand_is_found(self):
        tampering = (
            ("UPDATE points_pointsaccount SET balance = balance + 1", "make 15 points, not 16"),
            ("UPDATE points_pointsaccount SET sequence = 9", "2 entries make 15 points"),
            ("UPDATE points_pointsentry SET amount = 4 WHERE sequence = 2", "after entry 2"),
            ("UPDATE points_pointsentry SET balance_after = 99", "after entry 1"),
            ("DELETE FROM points_pointsentry WHERE sequence = 1", "entry 1 is missing"),
        )
        for number, (statement, words) in enumerate(tampering):
            with self.subTest(statement=statement), transaction.atomic():
                member = new_member(f"u{number}")
                earn(member, 10)
                earn(member, 5)
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                err = io.StringIO()
                with self.assertRaisesMessage(CommandError, "1 accounts do not add up"):
                    call_command("check_points", stderr=err)
                self.assertIn(f"Account {member.pk}: ", err.getvalue())
                self.assertIn(words, err.getvalue())
                transaction.set_rollback(True)
