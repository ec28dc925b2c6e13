"""A refused publication is told in the transaction in which it is refused."""

import json
from unittest import mock

from adops.models import Channel, Unit
from publishing.models import Publication
from publishing.services import execution, request_publication
from publishing.tests.catalog import PublishingTestCase
from webhooks.models import Message, Sending
from webhooks.services.delivering import send_due
from webhooks.tests.cases import local, make_endpoint
from webhooks.tests.receiver import receiver

BUTTON = Publication.Trigger.BUTTON


@local
class RefusedTests(PublishingTestCase):
    def refuse(self) -> Publication:
        """A publication that the compiler refuses."""
        Channel.objects.create(public_id="ch-9", name="새 채널")
        problem = {"kind": "channel", "key": "ch-9", "field": "name", "problem": "must be shorter"}
        document = {"refusals": [problem], "refusals_in_all": 1}
        self.compiler_server.answer = lambda _payload: (200, {}, json.dumps(document).encode())
        request_publication(trigger=BUTTON)
        return self.work()

    def test_webhooks_a_refused_publication_reaches_the_receiver_with_its_rows(self):
        with receiver() as it:
            endpoint = make_endpoint(it.url)
            publication = self.refuse()
            self.assertEqual(publication.state, "failed")
            self.assertEqual(send_due(), 1)
            document = it.received[0].verified(endpoint.shown_secret)
        self.assertEqual(document["type"], "publication.refused")
        data = document["data"]
        self.assertEqual((data["publication_id"], data["requested_by"]), (publication.pk, "button"))
        self.assertEqual(data["reason"], publication.error.splitlines()[0])
        problem = {"kind": "channel", "key": "ch-9", "field": "name", "problem": "must be shorter"}
        self.assertEqual(data["refused_rows"], [problem])
        self.assertEqual(data["to_confirm"], [])

    def test_webhooks_a_publication_that_succeeds_is_not_told(self):
        make_endpoint()
        request_publication(trigger=BUTTON)
        self.assertEqual(self.work().state, "published")
        self.assertEqual(Message.objects.count(), 0)

    def test_webhooks_a_likely_slip_is_told_with_what_is_to_be_confirmed(self):
        make_endpoint()
        request_publication(trigger=BUTTON)
        self.work()
        Unit.objects.all().delete()
        request_publication(trigger=BUTTON)
        refused = self.work()
        self.assertNotEqual(refused.risks, [])
        data = json.loads(Message.objects.get().body)["data"]
        self.assertEqual(data["to_confirm"], refused.risks)

    def test_webhooks_a_refusal_that_is_not_saved_is_not_told(self):
        make_endpoint()
        publication = Publication.objects.create(trigger=BUTTON, state="publishing")
        with mock.patch.object(execution.publication_refused, "send_robust") as send:
            send.side_effect = lambda *_of, **_how: (_ for _ in ()).throw(SystemExit)
            with self.assertRaises(SystemExit):
                execution._fail(publication, "refused")
        self.assertEqual(Publication.objects.get(pk=publication.pk).state, "publishing")
        self.assertEqual(Message.objects.count(), 0)

    def test_webhooks_a_failing_receiver_of_the_signal_does_not_keep_a_publication_from_its_end(self):
        make_endpoint()
        mistake = mock.patch("webhooks.receivers.refused_data", side_effect=RuntimeError("a mistake"))
        with mistake, self.assertLogs("django.dispatch", "ERROR"):
            self.assertEqual(self.refuse().state, "failed")
        self.assertEqual(Sending.objects.count(), 0)

    def test_webhooks_a_message_stays_small_whatever_the_rows_say(self):
        make_endpoint()
        row = {"kind": "channel", "key": "채" * 160, "field": "이름" * 99, "problem": "문제" * 9_000}
        publication = Publication.objects.create(
            trigger=BUTTON, state="publishing", refusals=[row] * 20, risks=["위험" * 900] * 99
        )
        execution._fail(publication, "오류" * 9_000)
        self.assertLess(len(Message.objects.get().body.encode()), 20_000)
