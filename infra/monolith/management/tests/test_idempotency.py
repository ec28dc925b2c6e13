"""`Idempotency-Key`: a request that is repeated is carried out once."""

import uuid
from datetime import timedelta
from unittest import mock

from django.utils import timezone

from adops.models import Advertiser
from management.models import StoredAnswer
from management.services import answers, writing
from management.services.answers import Answer, Attempt, InFlight, begin, carried_out, prune_in_worker
from management.tests.api_case import ApiCase, make_key


class RepeatedRequests(ApiCase):
    def send_once(self, body: object, key: str, **options: str):  # type: ignore[no-untyped-def]
        return self.post("/advertisers", body, idempotency_key=key, **options)

    def test_a_repeated_request_has_the_answer_of_the_first_and_does_nothing(self):
        key = str(uuid.uuid4())
        first = self.send_once({"name": "x"}, key)
        second = self.send_once({"name": "x"}, key)
        self.assertEqual((first.status_code, second.status_code), (201, 201))
        self.assertEqual(first.content, second.content)
        for name in ("etag", "location"):
            self.assertEqual(first[name], second[name])
        self.assertEqual(second["idempotency-replayed"], "true")
        self.assertNotIn("idempotency-replayed", first)
        self.assertEqual(Advertiser.objects.count(), 1)

    def test_a_key_with_another_request_is_refused(self):
        key = str(uuid.uuid4())
        self.send_once({"name": "x"}, key)
        self.assert_problem(self.send_once({"name": "y"}, key), 422, "idempotency-key-reused")
        other = self.post("/channels", {"name": "x"}, idempotency_key=key)
        self.assert_problem(other, 422, "idempotency-key-reused")
        self.assertEqual(Advertiser.objects.count(), 1)

    def test_two_keys_of_the_api_share_no_answers(self):
        key, token = str(uuid.uuid4()), make_key(self.user)[1]
        first, second = self.send_once({"name": "x"}, key), self.send_once({"name": "x"}, key, token=token)
        self.assertNotEqual(first.json()["id"], second.json()["id"])

    def test_a_refused_request_leaves_nothing_and_may_be_mended(self):
        key = str(uuid.uuid4())
        self.assert_problem(self.send_once({"name": ""}, key), 400, "invalid-parameters", "name")
        self.assertFalse(StoredAnswer.objects.exists())
        self.assertEqual(self.send_once({"name": "x"}, key).status_code, 201)

    def test_a_request_without_a_key_or_with_a_short_one_is_refused(self):
        for key in ("", "x", "ä" * 30):
            answer = self.send_once({"name": "x"}, key)
            self.assert_problem(answer, 400, "invalid-parameters", "Idempotency-Key")

    def test_a_request_that_is_being_carried_out_is_refused(self):
        name, real, during = str(uuid.uuid4()), writing.create, []

        def create(*arguments: object) -> object:
            during.append(self.send_once({"name": "x"}, name))
            return real(*arguments)  # type: ignore[arg-type]

        with mock.patch.object(writing, "create", create):
            self.assertEqual(self.send_once({"name": "x"}, name).status_code, 201)
        self.assert_problem(during[0], 409, "conflict")
        self.assertEqual(Advertiser.objects.count(), 1)

    def test_a_request_whose_process_died_is_taken_over_and_its_late_work_is_undone(self):
        name = str(uuid.uuid4())
        attempt = Attempt(self.key, name, "of a process that died")
        self.assertIsNone(begin(attempt))
        StoredAnswer.objects.update(started_at=timezone.now() - answers._IN_FLIGHT_MAX)
        taken = Attempt(self.key, name, "of a process that died")
        self.assertIsNone(begin(taken))
        with self.assertRaises(InFlight), carried_out(attempt, Answer(201, ""), lambda: None):
            Advertiser.objects.create(name="by the one that was not dead")
        self.assertFalse(Advertiser.objects.exists(), "undone")
        with carried_out(taken, Answer(201, "{}"), lambda: None):
            pass
        self.assertEqual(begin(Attempt(self.key, name, taken.digest)).status, 201)

    def test_the_worker_deletes_answers_after_a_day_and_no_earlier(self):
        self.send_once({"name": "old"}, str(uuid.uuid4()))
        StoredAnswer.objects.update(started_at=timezone.now() - timedelta(hours=24))
        self.send_once({"name": "new"}, str(uuid.uuid4()))
        prune_in_worker()
        self.assertIn("new", StoredAnswer.objects.get().body)
