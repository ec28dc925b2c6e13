"""The outbox: at least once, with one ID; receivers that fail; a crash; two workers; what is deleted."""

import json
from datetime import timedelta
from threading import Event
from unittest import mock

from django.test import TestCase, override_settings
from django.utils import timezone

from web.tests.concurrency_test_case import ConcurrencyTestCase
from webhooks.models import Endpoint, Message, MessageType, Sending
from webhooks.sending import Outcome
from webhooks.services import delivering
from webhooks.services.delivering import send_due
from webhooks.services.endpoints import PREVIOUS_SECRET_VALID, note_switch, renew_secret
from webhooks.services.outbox import (
    ATTEMPTS_MAX,
    KEPT,
    LEASE,
    prune,
    retry_delay,
    send_again,
    settle,
    take_next,
)
from webhooks.tests.cases import local, make_endpoint, only_sending, tell
from webhooks.tests.receiver import receiver

HOUR = timedelta(hours=1)
FAILED = Outcome(503, Sending.Problem.STATUS, 12)


@local
class OutboxTests(TestCase):
    def test_webhooks_a_message_is_sent_to_each_endpoint_that_wants_it_once(self):
        with receiver() as first, receiver() as second, receiver() as other:
            endpoints = [make_endpoint(first.url), make_endpoint(second.url)]
            make_endpoint(other.url, types=[MessageType.PUBLICATION_REFUSED])
            make_endpoint(other.url, is_active=False)
            message = tell(name="한강커피")
            tell(name="told again")
            self.assertEqual((send_due(), send_due()), (2, 0))
            for it, endpoint in zip((first, second), endpoints, strict=True):
                (received,) = it.received
                self.assertEqual(received.id, message.public_id)
                document = received.verified(endpoint.shown_secret)
                self.assertEqual(document["data"], {"name": "한강커피"})
                self.assertEqual(document["type"], "flight.ended")
                self.assertRegex(document["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            self.assertEqual(other.received, [])
        states = Sending.objects.values_list("state", "status", "problem", "attempts")
        self.assertEqual(list(states), [("arrived", 204, "", 1)] * 2)

    def test_webhooks_a_failed_message_is_sent_again_later_with_the_same_id_and_content(self):
        with receiver() as it:
            endpoint = make_endpoint(it.url)
            message = tell()
            it.answer = 500
            began = timezone.now()
            self.assertEqual((send_due(), send_due()), (1, 0))
            waiting = only_sending()
            self.assertEqual((waiting.state, waiting.status, waiting.problem), ("waiting", 500, "status"))
            self.assertGreater(waiting.due_at, began + timedelta(seconds=7))
            it.answer = 200
            Sending.objects.update(due_at=began)
            self.assertEqual(send_due(), 1)
            first, second = it.received
        self.assertEqual((first.id, second.id), (message.public_id,) * 2)
        self.assertEqual(first.body, second.body)
        second.verified(endpoint.shown_secret)
        self.assertEqual((only_sending().state, only_sending().attempts), ("arrived", 2))
        endpoint.refresh_from_db()
        self.assertIsNone(endpoint.failing_since)

    def test_webhooks_the_pauses_grow_to_a_day_and_differ_and_the_attempts_end(self):
        for attempts, seconds in ((1, 10), (2, 30), (5, 810), (11, 86_400), (ATTEMPTS_MAX, 86_400)):
            delays = {retry_delay(attempts).total_seconds() for _ in range(50)}
            with self.subTest(attempts=attempts):
                self.assertGreater(len(delays), 1)
                self.assertTrue(all(0.75 * seconds <= delay <= 1.25 * seconds for delay in delays))
        make_endpoint()
        tell()
        Sending.objects.update(attempts=ATTEMPTS_MAX - 1)
        now = timezone.now()
        taken = take_next(now, ())
        self.assertTrue(settle(taken, FAILED, now))
        self.assertEqual((only_sending().state, only_sending().attempts), ("given_up", ATTEMPTS_MAX))
        self.assertIsNone(take_next(now + timedelta(days=9), ()))

    def test_webhooks_a_process_that_ends_between_sending_and_noting_sends_again_with_the_same_id(self):
        with receiver() as it:
            make_endpoint(it.url)
            tell()
            ends = mock.patch.object(delivering, "settle", side_effect=SystemExit)
            with ends, self.assertRaises(SystemExit):
                send_due()
            self.assertEqual(send_due(), 0, "its lease is not over")
            self.assertEqual(only_sending().state, "waiting")
            Sending.objects.update(due_at=timezone.now())
            self.assertEqual(send_due(), 1)
            self.assertEqual(len({each.id for each in it.received}), 1)
            self.assertEqual(len(it.received), 2)
        self.assertEqual((only_sending().state, only_sending().attempts), ("arrived", 2))

    def test_webhooks_an_attempt_that_comes_back_after_its_lease_changes_nothing(self):
        make_endpoint()
        tell()
        now = timezone.now()
        late = take_next(now, ())
        self.assertIsNone(take_next(now + LEASE / 2, ()))
        second = take_next(now + LEASE, ())
        self.assertTrue(settle(second, Outcome(204, "", 5), now + LEASE))
        self.assertFalse(settle(late, FAILED, now + LEASE))
        self.assertEqual((only_sending().state, only_sending().status), ("arrived", 204))
        self.assertIsNone(Endpoint.objects.get().failing_since)

    def test_webhooks_a_receiver_that_hangs_holds_up_no_other(self):
        with receiver() as slow, receiver() as quick:
            make_endpoint(slow.url, name="a slow one")
            make_endpoint(quick.url, name="quick")
            for number in range(3):
                tell(f"k-{number}")
            have_arrived = Event()

            def count(handler):
                if len(quick.received) == 3:
                    have_arrived.set()
                handler.send_response(200)
                handler.end_headers()

            def hang(handler):
                # Until the other has all of its messages. The sender would not wait so long.
                have_arrived.wait(30)
                handler.send_response(200)
                handler.end_headers()

            quick.answer, slow.answer = count, hang
            self.assertEqual(send_due(), 6)
        self.assertEqual(set(Sending.objects.values_list("state", "attempts")), {("arrived", 1)})

    def test_webhooks_an_endpoint_that_fails_for_days_is_switched_off_and_keeps_what_waits(self):
        endpoint = make_endpoint()
        tell("k-1")
        tell("k-2")
        now = timezone.now()
        settle(take_next(now, ()), FAILED, now)
        endpoint.refresh_from_db()
        self.assertEqual((endpoint.failing_since, endpoint.is_active), (now, True))
        for later, is_active in ((timedelta(days=2), True), (timedelta(days=3), False)):
            Sending.objects.update(due_at=now)
            settle(take_next(now + later, ()), FAILED, now + later)
            endpoint.refresh_from_db()
            self.assertEqual(endpoint.is_active, is_active)
        self.assertEqual(endpoint.switched_off_reason, "failures")
        self.assertIsNone(take_next(now + timedelta(days=9), ()))
        self.assertEqual(Sending.objects.filter(state="waiting").count(), 2)
        tell("k-3")
        self.assertEqual(Sending.objects.count(), 2, "what happens meanwhile is not told")
        note_switch(endpoint)
        endpoint.is_active = True
        endpoint.save()
        self.assertIsNotNone(take_next(now + timedelta(days=9), ()))

    def test_webhooks_an_endpoint_that_is_gone_is_switched_off_at_once(self):
        with receiver() as it:
            make_endpoint(it.url)
            tell()
            it.answer = 410
            send_due()
        endpoint = Endpoint.objects.get()
        self.assertEqual((endpoint.is_active, endpoint.switched_off_reason), (False, "gone"))

    def test_webhooks_both_secrets_are_good_for_a_day_while_they_change(self):
        with receiver() as it:
            endpoint = make_endpoint(it.url)
            old = endpoint.shown_secret
            new = renew_secret(endpoint, timezone.now())
            tell("k-1")
            send_due()
            Endpoint.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
            tell("k-2")
            send_due()
            both, one = it.received
        both.verified(old)
        both.verified(new)
        one.verified(new)
        with self.assertRaisesMessage(Exception, "No matching signature"):
            one.verified(old)
        self.assertEqual(PREVIOUS_SECRET_VALID, timedelta(hours=24))

    def test_webhooks_no_secret_is_in_the_database_as_it_is(self):
        endpoint = make_endpoint()
        renew_secret(endpoint, timezone.now())
        endpoint.refresh_from_db()
        stored = json.dumps([endpoint.sealed_secret, endpoint.sealed_previous_secret])
        self.assertNotIn("whsec", stored)
        self.assertNotIn(endpoint.shown_secret.removeprefix("whsec_"), stored)

    def test_webhooks_secrets_outlive_a_change_of_the_key_that_is_still_named(self):
        one, two = "first key " * 4, "second key " * 4
        with receiver() as it:
            with override_settings(WEBHOOK_KEYS=(one,)):
                endpoint = make_endpoint(it.url)
            with override_settings(WEBHOOK_KEYS=(two, one)):
                tell("k-1")
                send_due()
            it.received[0].verified(endpoint.shown_secret)
            with override_settings(WEBHOOK_KEYS=(two,)):
                tell("k-2")
                send_due()
        unread = Sending.objects.get(message__key="k-2")
        self.assertEqual((unread.state, unread.problem, len(it.received)), ("waiting", "secret", 1))

    def test_webhooks_what_was_sent_can_be_sent_again(self):
        with receiver() as it:
            make_endpoint(it.url)
            tell()
            send_due()
            self.assertEqual(send_again(Sending.objects.all(), timezone.now()), 1)
            send_due()
            self.assertEqual(len({each.id for each in it.received}), 1)
            self.assertEqual(len(it.received), 2)

    def test_webhooks_old_messages_are_deleted_and_what_must_not_be_told_again_is_known(self):
        make_endpoint()
        now = timezone.now()
        for key in ("k-old", "k-kept", "k-new"):
            tell(key)
        Message.objects.filter(key="k-kept").update(is_kept=True)
        Message.objects.exclude(key="k-new").update(created_at=now - KEPT - HOUR)
        self.assertEqual(prune(now), 1)
        self.assertEqual(set(Message.objects.values_list("key", flat=True)), {"k-kept", "k-new"})
        self.assertEqual(only_sending().message.key, "k-new")


@local
class AtOnceTests(ConcurrencyTestCase):
    def test_webhooks_two_workers_send_each_message_once(self):
        with receiver() as it:
            for number in range(4):
                make_endpoint(it.url, name=f"endpoint {number}")
            for number in range(5):
                tell(f"k-{number}")
            attempts = self.at_once([send_due, send_due])
            self.assertEqual(sum(attempts), 20, attempts)
            self.assertEqual(len(it.received), 20)
        self.assertEqual(set(Sending.objects.values_list("state", "attempts")), {("arrived", 1)})

    def test_webhooks_two_workers_announce_what_happened_once(self):
        make_endpoint()
        outcomes = self.at_once([lambda: tell("k-1"), lambda: tell("k-1")])
        self.assertEqual(len({message.public_id for message in outcomes}), 1)
        self.assertEqual(Sending.objects.count(), 1)
