"""The publish worker as a process that is killed while a receiver has a message and has not answered."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from unittest import skipUnless

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from web.tests.concurrency_test_case import ConcurrencyTestCase
from webhooks.models import Sending
from webhooks.services.delivering import send_due
from webhooks.tests.cases import make_endpoint, tell
from webhooks.tests.receiver import receiver

MONOLITH = Path(__file__).resolve().parents[2]
KEY = secrets.token_urlsafe(48)
SECONDS_MAX = 60


@skipUnless(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), "the process opens the file")
@override_settings(WEBHOOKS_MAY_BE_LOCAL=True, WEBHOOK_KEYS=(KEY,))
class WorkerProcessTests(ConcurrencyTestCase):
    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen]:
        """A worker on the test's database, whose stores do not answer: webhooks do not wait for them."""
        env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MONOLITH_")},
            "MONOLITH_DEBUG": "1",
            "MONOLITH_SECRET_KEY": KEY,
            "MONOLITH_DATABASE_PATH": str(connection.settings_dict["NAME"]),
            "MONOLITH_CATALOG_FUNCTION": "catalog",
            "LOCKFILL_CATALOG_TABLE": "catalog",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_REGION": "local",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        command = [sys.executable, MONOLITH / "manage.py", "publish_worker", "--skip-checks"]
        process = subprocess.Popen(
            command, env=env, cwd=MONOLITH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def test_webhooks_a_worker_that_is_killed_before_the_answer_sends_again_with_the_same_id(self):
        with receiver() as it:
            endpoint = make_endpoint(it.url)
            message = tell(name="한강커피")
            is_held = Event()

            def hold(handler):
                is_held.set()
                it.is_over.wait(SECONDS_MAX)

            it.answer = hold
            with self.worker():
                self.assertTrue(is_held.wait(SECONDS_MAX))
            taken = Sending.objects.get()
            self.assertEqual((taken.state, taken.attempts), ("waiting", 1))
            self.assertGreater(
                taken.due_at, timezone.now(), "no other worker takes it before its lease is over"
            )
            it.answer = 204
            Sending.objects.update(due_at=timezone.now())
            self.assertEqual(send_due(), 1)
            first, second = it.received
        self.assertEqual({first.id, second.id}, {message.public_id})
        self.assertEqual(first.body, second.body)
        self.assertEqual(Sending.objects.get().state, "arrived")
        second.verified(endpoint.shown_secret)
