from unittest import mock

from adops.models import Channel
from kernel.published.errors import Unavailable
from publishing import worker
from publishing.models import Publication
from publishing.services import request_publication
from publishing.tests.catalog import PublishingTestCase


class WorkTests(PublishingTestCase):
    def work_for(self, looks: int) -> list[Publication]:
        """The publications that a worker finishes in so many looks at the queue, without pauses."""
        finished: list[Publication] = []
        sleeps = [None] * (looks - 1) + [KeyboardInterrupt]
        with (
            mock.patch("publishing.worker.time.sleep", side_effect=sleeps),
            mock.patch("publishing.worker.close_old_connections"),
            self.assertRaises(KeyboardInterrupt),
        ):
            worker.publish_until_stopped(
                self.publisher, 0, 0, lambda step, done, total: None, finished.append
            )
        return finished

    def test_it_carries_out_what_waits_and_then_waits_itself(self):
        request_publication(trigger=Publication.Trigger.BUTTON)
        (finished,) = self.work_for(looks=2)
        self.assertEqual((finished.state, finished.version), ("published", 1))

    def test_it_survives_a_store_that_does_not_answer_and_an_error_of_the_program(self):
        for error in (Unavailable("gone"), RuntimeError("a mistake")):
            with self.subTest(error=error):
                Channel.objects.create(name="another")
                request_publication(trigger=Publication.Trigger.BUTTON)
                failing = mock.patch("publishing.worker.publish_next", side_effect=[error, None, None])
                with failing, self.assertLogs("django.publishing", "ERROR") as logs:
                    self.work_for(looks=3)
                self.assertEqual(len(logs.output), 1)
                (finished,) = self.work_for(looks=1)
                self.assertEqual(finished.state, "published")
