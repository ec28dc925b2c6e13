"""The steps of the publish worker."""

from unittest import mock

from django.conf import settings
from django.db import OperationalError
from django.test import TestCase

from publishing.worker_steps import WorkerSteps
from web.tests.concurrency_test_case import ConcurrencyTestCase
from webhooks import startup
from webhooks.models import Sending
from webhooks.tests.cases import local, make_endpoint, tell
from webhooks.tests.receiver import receiver


def at_first() -> mock._patch:
    """A worker that has just begun."""
    values = {"watched_at": float("-inf"), "pruned_at": float("-inf"), "sender": None}
    return mock.patch.multiple(startup._Worker, **values)


@local
class SenderTests(ConcurrencyTestCase):
    def test_webhooks_the_worker_sends_beside_its_other_work(self):
        with at_first(), receiver() as it:
            make_endpoint(it.url)
            tell()
            it.answer = lambda handler: (
                it.is_over.wait(0.2),
                handler.send_response(200),
                handler.end_headers(),
            )
            startup.send_in_worker()
            sender = startup._Worker.sender
            startup.send_in_worker()
            self.assertIs(startup._Worker.sender, sender, "one thread sends at a time")
            sender.join(30)
            self.assertFalse(sender.is_alive())
            startup.send_in_worker()
            self.assertIs(startup._Worker.sender, sender, "nothing is due")
        self.assertEqual(Sending.objects.get().state, "arrived")


class StepTests(TestCase):
    def test_webhooks_are_steps_of_the_worker(self):
        steps = [f"{step.__module__}.{step.__name__}" for step in WorkerSteps()._steps]
        self.assertEqual(steps, settings.WORKER_STEPS)
        self.assertLess(
            steps.index("delivery.startup.sync_in_worker"), steps.index("webhooks.startup.watch_in_worker")
        )
        self.assertIn("webhooks.startup.send_in_worker", steps)

    def test_webhooks_the_database_is_watched_every_fifteen_seconds(self):
        with (
            at_first(),
            mock.patch.object(startup, "watch") as watch,
            mock.patch.object(startup, "prune") as prune,
        ):
            with mock.patch.object(startup.time, "monotonic", side_effect=[100.0, 105.0, 115.0]):
                for _ in range(3):
                    startup.watch_in_worker()
        self.assertEqual((watch.call_count, prune.call_count), (2, 1))

    def test_webhooks_a_database_that_fails_ends_the_thread_with_one_line(self):
        failing = mock.patch.object(startup, "send_due", side_effect=OperationalError("gone"))
        with failing, mock.patch.object(startup.connections, "close_all"):
            with self.assertLogs("django.webhooks", "ERROR") as logs:
                startup._send()
        self.assertEqual(logs.output, ["ERROR:django.webhooks:webhooks are not sent: gone"])
