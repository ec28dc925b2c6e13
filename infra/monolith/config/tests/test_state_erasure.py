"""The erasure of a member reaches the state in Redis, also where Redis is down at that moment."""

import io
from dataclasses import replace
from datetime import timedelta
from unittest import mock

from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from allocation.dao.error import DaoError
from allocation.services.user_key import UserKeys
from config.allocation_environment import LedgerEnvironment
from config.environment import read_environment
from erasure.models import StateErasure
from erasure.services import REPORTED_LATE_MAX, STATE_EXPIRES_AFTER, erase_in_worker
from members.services import erase_member
from members.tests.support import MYSELF, KeyPair, MemberTestCase, new_member
from publishing.worker_steps import WorkerSteps

USER = "user-of-the-test"
ALLOCATION = {
    "LOCKFILL_CATALOG_TABLE": "catalog",
    "LOCKFILL_REDIS_URL": "redis://127.0.0.1:1",
    "LOCKFILL_LINK_BASE_URL": "https://t.example",
    "LOCKFILL_SIGNING_KEYS": "k1:" + "s" * 32,
    "LOCKFILL_USER_KEY_SECRETS": "u" * 32 + ",none",
}
# What is stored under the names of before is erased too.
NAMES = UserKeys(["u" * 32, None]).names(USER)


class StateErasureTests(MemberTestCase):
    def setUp(self):
        super().setUp()
        read = read_environment({"MONOLITH_SECRET_KEY": "k" * 48, **ALLOCATION})
        environment = replace(settings.ENVIRONMENT, allocation=read.allocation)
        configured = self.settings(ENVIRONMENT=environment)
        configured.enable()
        self.addCleanup(configured.disable)
        patch = mock.patch("erasure.services.erase_states")
        self.erase = patch.start()
        self.addCleanup(patch.stop)

    def erase_member(self) -> None:
        phone = self.phone(USER)
        with self.captureOnCommitCallbacks(execute=True):
            self.assertEqual(phone.send("delete", MYSELF).status_code, 204)

    def work(self, *, later: timedelta) -> None:
        with mock.patch("erasure.services.timezone.now", return_value=timezone.now() + later):
            erase_in_worker()

    def test_the_erasure_of_a_squatter_leaves_the_state_of_the_owner(self):
        owner = self.phone_with(KeyPair(), USER)
        for squatter in (self.phone(USER), self.phone_with(KeyPair(), USER)):
            with self.captureOnCommitCallbacks(execute=True):
                squatter.send("delete", MYSELF)
        self.assertFalse(StateErasure.objects.exists())
        self.erase.assert_not_called()
        with self.captureOnCommitCallbacks(execute=True):
            owner.send("delete", MYSELF)
        self.assertEqual(self.erase.call_args.args[1], NAMES)

    def test_a_squatter_keeps_no_state_of_an_owner_who_proved_first(self):
        self.phone(USER)
        owner = self.phone_with(KeyPair(), USER)
        squatter = self.phone(USER)
        proof = KeyPair().proof("bind-key", f"phone-of-{USER}")
        self.assertEqual(squatter.send("put", f"{MYSELF}/key", {"proof": proof}).status_code, 200)
        with self.captureOnCommitCallbacks(execute=True):
            owner.send("delete", MYSELF)
        self.assertEqual(self.erase.call_args.args[1], NAMES)

    def test_the_state_is_erased_at_once_and_again_when_no_report_can_come_any_more(self):
        self.erase_member()
        self.assertEqual(self.erase.call_args.args, (ALLOCATION["LOCKFILL_REDIS_URL"], NAMES))
        self.work(later=REPORTED_LATE_MAX - timedelta(minutes=5))
        self.assertEqual(self.erase.call_count, 1)
        self.work(later=REPORTED_LATE_MAX)
        self.assertEqual(self.erase.call_count, 2)
        self.assertFalse(StateErasure.objects.exists())

    def test_the_ledger_has_a_note_before_redis_forgets(self):
        ledger = LedgerEnvironment("events", 400, 1)
        allocation = replace(settings.ENVIRONMENT.allocation, ledger=ledger)
        with (
            self.settings(ENVIRONMENT=replace(settings.ENVIRONMENT, allocation=allocation)),
            mock.patch("erasure.services.ErasureNotes.write") as write,
        ):
            write.side_effect = DaoError("DynamoDB is unavailable")
            with self.assertLogs("django.erasure", "WARNING"):
                self.erase_member()
            self.erase.assert_not_called()
            write.side_effect = None
            self.work(later=timedelta(0))
        user_keys, erased_at, keep_until = write.call_args.args
        self.assertEqual((user_keys, self.erase.call_args.args[1]), (NAMES, NAMES))
        self.assertEqual(keep_until - erased_at, 408 * 24 * 3_600)

    def test_a_redis_that_is_down_delays_the_erasure_and_does_not_lose_it(self):
        self.erase.side_effect = DaoError("Redis is unavailable (ConnectionError)")
        with self.assertLogs("django.erasure", "WARNING") as logs:
            self.erase_member()
            self.work(later=timedelta(0))
        self.assertEqual(StateErasure.objects.count(), 4)
        self.assertNotIn(USER, str(logs.output))

        self.erase.side_effect = None
        self.work(later=timedelta(0))
        self.assertEqual(self.erase.call_args.args[1], NAMES)
        self.assertEqual(StateErasure.objects.count(), 2)

    def test_an_erasure_that_is_undone_erases_no_state(self):
        member = new_member(USER)
        failing = mock.patch("members.services.asdict", side_effect=RuntimeError("a mistake"))
        with failing, self.assertRaises(RuntimeError), self.captureOnCommitCallbacks(execute=True):
            erase_member(member, now=timezone.now())
        self.assertFalse(StateErasure.objects.exists())
        self.assertFalse(self.erase.called)

    def test_no_row_names_the_user(self):
        self.erase_member()
        self.assertNotIn(USER, str(list(StateErasure.objects.values())))

    def test_the_command_says_what_waits(self):
        self.erase_member()
        output = io.StringIO()
        call_command("erase_states", stdout=output)
        self.assertEqual(output.getvalue(), "0 erased, 2 due later\n")
        StateErasure.objects.update(due_at=timezone.now())
        self.erase.side_effect = DaoError("Redis is unavailable (TimeoutError)")
        with self.assertRaisesMessage(CommandError, "(TimeoutError); 2 erasures wait"):
            call_command("erase_states", stdout=output)

    def test_a_row_is_kept_no_longer_than_the_state_itself(self):
        self.erase_member()
        self.erase.side_effect = DaoError("Redis is unavailable (TimeoutError)")
        StateErasure.objects.update(due_at=timezone.now() - STATE_EXPIRES_AFTER)
        self.work(later=timedelta(seconds=1))
        self.assertFalse(StateErasure.objects.exists())

    def test_the_publish_worker_erases(self):
        self.erase_member()
        StateErasure.objects.update(due_at=timezone.now())
        steps = WorkerSteps()
        steps.run_if_due()
        steps.run_if_due()
        self.assertEqual(self.erase.call_count, 2)
        self.assertFalse(StateErasure.objects.exists())
