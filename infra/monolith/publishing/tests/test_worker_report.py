import json
import os
import tempfile
from datetime import timedelta
from io import StringIO
from pathlib import Path
from unittest import mock

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from django.utils import timezone

from publishing import worker, worker_report
from publishing.models import Publication
from publishing.services import request_publication
from publishing.tests.catalog import PublishingTestCase
from publishing.worker_report import WorkerReport

_PAGE = Path(__file__).parents[4] / "functions" / "METRICS.md"


class WorkerReportTests(PublishingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.lines: list[str] = []
        self.report = WorkerReport(None, "lockfill-test", self.lines.append)

    def told(self) -> dict:
        return json.loads(self.lines[-1])

    def test_a_line_of_a_publication_has_its_outcome_and_how_long_it_took(self):
        request_publication(trigger=Publication.Trigger.BUTTON)
        with (
            mock.patch("publishing.worker.time.sleep", side_effect=KeyboardInterrupt),
            mock.patch("publishing.worker.close_old_connections"),
            self.assertRaises(KeyboardInterrupt),
        ):
            on_progress = self.report.beside(lambda step, done, total: None)
            worker.publish_until_stopped(
                self.publisher, 0, 0, on_progress, self.report.finished, self.report.looked
            )
        line = self.told()
        self.assertEqual((line["Publications"], line["PublicationsRefused"]), (1, 0))
        self.assertEqual((line["PublicationQueueAge"], line["PublishWorkerAlive"]), (0, 1))
        self.assertGreater(line["PublicationTime"], 0)

    def test_a_refused_publication_is_counted_as_one(self):
        publication = request_publication(trigger=Publication.Trigger.BUTTON)
        publication.state, publication.error = Publication.State.FAILED, "a row"
        self.report.finished(publication)
        self.assertEqual((self.told()["Publications"], self.told()["PublicationsRefused"]), (0, 1))

    def test_a_request_that_waits_grows_old(self):
        publication = request_publication(trigger=Publication.Trigger.BUTTON)
        waited = timezone.now() - timedelta(minutes=7)
        Publication.objects.filter(pk=publication.pk).update(requested_at=waited)
        self.report.looked()
        self.assertAlmostEqual(self.told()["PublicationQueueAge"], 420, delta=5)

    def test_a_line_is_written_each_minute_and_is_of_the_documented_format(self):
        with mock.patch("publishing.worker_report.time.monotonic", side_effect=[0, 0, 59, 60, 60]):
            for _ in range(3):
                self.report.looked()
        self.assertEqual(len(self.lines), 2)
        line = self.told()
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        self.assertEqual((directive["Namespace"], line["Function"]), ("lockfill-test", "publisher"))
        for metric in directive["Metrics"]:
            self.assertIsInstance(line[metric["Name"]], int | float)
        page = _PAGE.read_text("utf-8")
        for name, unit in worker_report._UNITS.items():
            self.assertIn(f"| `{name}` | {unit} |", page)

    def test_without_a_namespace_nothing_is_written(self):
        WorkerReport(None, "", self.lines.append).looked()
        self.assertEqual(self.lines, [])


class CheckTests(PublishingTestCase):
    def check(self, sign: Path | None) -> str:
        with override_settings(WORKER_SIGN=sign):
            try:
                call_command("publish_worker", "--check", stdout=StringIO())
            except CommandError as error:
                return str(error)
        return ""

    def test_a_worker_that_looks_for_work_lives_and_one_that_is_silent_does_not(self):
        with tempfile.TemporaryDirectory() as folder:
            sign = Path(folder) / "alive"
            self.assertIn("no sign of life for 10 s", self.check(sign))
            WorkerReport(sign, "", self.fail).looked()
            self.assertEqual(self.check(sign), "")
            silent = sign.stat().st_mtime - 11
            os.utime(sign, (silent, silent))
            self.assertIn("no sign of life for 10 s", self.check(sign))
        self.assertIn("MONOLITH_WORKER_SIGN is not set", self.check(None))
