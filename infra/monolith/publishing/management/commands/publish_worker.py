"""Carries out publications as they are asked for."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.published.errors import StoreError
from publishing.describing import describe
from publishing.management.carrying_out import ProgressLines
from publishing.models import Publication
from publishing.worker import configured_store, work


class Command(BaseCommand):
    help = (
        "Carries out publications until it is stopped: those that people ask for, at once, and one"
        " after MONOLITH_PUBLISH_QUIET_SECONDS in which nobody edited the catalog. Several workers"
        " do no harm."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store = configured_store()
            signal.signal(signal.SIGTERM, _stop)
            self.stdout.write("publish_worker: ready")
            self.stdout.flush()
            work(store, settings.PUBLISH_QUIET_SECONDS, ProgressLines(self), self._finished)
        except StoreError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("publish_worker: stopped")

    def _finished(self, publication: Publication) -> None:
        self.stdout.write(f"publish_worker: #{publication.pk} {describe(publication)}")
        self.stdout.flush()


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
