from datetime import datetime, timedelta, timezone

from django.test import TestCase

from limits.models import AttemptCount
from limits.services import (
    Limit,
    LimitExceeded,
    Subject,
    count_attempt,
    forget_attempts,
    take_back_attempt,
)
from web.tests.concurrency_test_case import ConcurrencyTestCase

NOW = datetime(2026, 11, 23, 3, 0, 10, tzinfo=timezone.utc)
LIMIT = Limit("test", 3, 60)
SUBJECT = Subject(LIMIT, "192.0.2.1")


class CountingTests(TestCase):
    def attempt(self, subject: Subject = SUBJECT, now: datetime = NOW) -> LimitExceeded | None:
        try:
            count_attempt([subject], now)
        except LimitExceeded as exceeded:
            return exceeded
        return None

    def test_attempts_up_to_the_limit_are_allowed_and_the_first_refusal_is_marked(self):
        self.assertEqual([self.attempt() for _ in range(3)], [None] * 3)
        refusals = [self.attempt() for _ in range(3)]
        first = [refusal and refusal.is_first for refusal in refusals]
        self.assertEqual(first, [True, False, False])
        self.assertEqual({refusal and refusal.retry_after_seconds for refusal in refusals}, {50})

    def test_the_next_window_begins_anew_and_the_rows_of_the_last_one_go(self):
        for _ in range(5):
            self.attempt()
        self.assertIsNone(self.attempt(now=NOW + timedelta(seconds=50)))
        self.assertEqual(AttemptCount.objects.get().attempts, 1)

    def test_values_and_limits_count_apart(self):
        for _ in range(4):
            self.attempt()
        self.assertIsNone(self.attempt(Subject(LIMIT, "192.0.2.2")))
        self.assertIsNone(self.attempt(Subject(Limit("other", 3, 60), "192.0.2.1")))

    def test_attempts_are_forgotten_and_taken_back(self):
        for _ in range(3):
            self.attempt()
        take_back_attempt(SUBJECT, NOW)
        self.assertIsNone(self.attempt())
        self.assertIsNotNone(self.attempt())
        forget_attempts(SUBJECT, NOW)
        self.assertIsNone(self.attempt())

    def test_no_address_is_in_the_database(self):
        self.attempt()
        self.assertNotIn("192.0.2.1", str(AttemptCount.objects.values().get()))


class ConcurrentCountingTests(ConcurrencyTestCase):
    def test_attempts_at_the_same_moment_all_count(self):
        answers = self.at_once([lambda: count_attempt([SUBJECT], NOW)] * 8)
        refusals = [answer for answer in answers if isinstance(answer, LimitExceeded)]
        self.assertEqual(answers.count(None), 3, answers)
        self.assertEqual(len(refusals), 5, answers)
        self.assertEqual(sum(refusal.is_first for refusal in refusals), 1)
