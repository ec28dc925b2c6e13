"""Executes publications as they are requested."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kernel.published.errors import StoreError
from publishing.management.command_text import publication_line
from publishing.management.publish_and_report import ProgressLines
from publishing.models import Publication
from publishing.startup import configured_publisher
from publishing.worker import publish_until_stopped


class Command(BaseCommand):
    help = (
        "Executes publications until it is stopped: requested ones at once, and an automatic one"
        " after MONOLITH_PUBLISH_QUIET_SECONDS without an edit of the catalog. Several workers may"
        " run; they take turns."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            publisher = configured_publisher()
            signal.signal(signal.SIGTERM, _stop)
            self.stdout.write("publish_worker: ready")
            self.stdout.flush()
            publish_until_stopped(
                publisher,
                settings.PUBLISH_QUIET_SECONDS,
                settings.PUBLISH_RATES_SECONDS,
                ProgressLines(self),
                self._finished,
            )
        except StoreError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("publish_worker: stopped")

    def _finished(self, publication: Publication) -> None:
        self.stdout.write(f"publish_worker: #{publication.pk} {publication_line(publication)}")
        self.stdout.flush()


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
