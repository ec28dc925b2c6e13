"""Executes publications as they are requested."""

import signal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel.published.errors import StoreError
from publishing.management.command_text import publication_line
from publishing.management.publish_and_report import ProgressLines
from publishing.models import Publication
from publishing.startup import configured_publisher
from publishing.worker import publish_until_stopped
from publishing.worker_report import SILENCE_SECONDS_MAX, WorkerReport, is_alive


class Command(BaseCommand):
    help = (
        "Executes publications until it is stopped: requested ones at once, and an automatic one"
        " after MONOLITH_PUBLISH_QUIET_SECONDS without an edit of the catalog. Several workers may"
        " run; they take turns. MONOLITH_WORKER_SIGN names a file that shows to --check that the worker"
        " lives; with MONOLITH_METRICS_NAMESPACE it writes metrics for CloudWatch."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="only say whether the worker of MONOLITH_WORKER_SIGN lives: the code is 0 if it does",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            _check(settings.WORKER_SIGN)
            return
        report = WorkerReport(settings.WORKER_SIGN, settings.METRICS_NAMESPACE, self._line)
        try:
            publisher = configured_publisher()
            signal.signal(signal.SIGTERM, _stop)
            self.stdout.write("publish_worker: ready")
            self.stdout.flush()
            publish_until_stopped(
                publisher,
                settings.PUBLISH_QUIET_SECONDS,
                settings.PUBLISH_RATES_SECONDS,
                report.beside(ProgressLines(self)),
                lambda publication: self._finished(publication, report),
                report.looked,
            )
        except StoreError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self.stdout.write("publish_worker: stopped")

    def _finished(self, publication: Publication, report: WorkerReport) -> None:
        self._line(f"publish_worker: #{publication.pk} {publication_line(publication)}")
        report.finished(publication)

    def _line(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _check(sign: Path | None) -> None:
    if sign is None:
        raise CommandError("MONOLITH_WORKER_SIGN is not set: the worker shows no sign of life")
    if not is_alive(sign):
        raise CommandError(f"the worker has shown no sign of life for {SILENCE_SECONDS_MAX:.0f} s")


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
