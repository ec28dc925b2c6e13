"""Several programs at the same moment, on a database that several connections write to."""

import uuid

from adops.models import Advertiser
from management.models import StoredAnswer
from management.tests.api_case import ApiCalls
from web.tests.concurrency_test_case import ConcurrencyTestCase


class AtOnceTests(ApiCalls, ConcurrencyTestCase):
    def test_of_the_same_requests_at_once_one_is_carried_out(self):
        key = str(uuid.uuid4())

        def send():  # type: ignore[no-untyped-def]
            return self.post("/advertisers", {"name": "x"}, idempotency_key=key)

        answers = self.at_once([send] * 4)
        codes = [answer.status_code for answer in answers]
        self.assertIn(201, codes)
        self.assertLessEqual(set(codes), {201, 409})
        self.assertEqual(len({each.content for each in answers if each.status_code == 201}), 1)
        self.assertEqual((Advertiser.objects.count(), StoredAnswer.objects.count()), (1, 1))

    def test_of_changes_of_one_version_at_once_one_is_made(self):
        Advertiser.objects.create(public_id="a-1", name="Old")
        etag = self.get("/advertisers/a-1")["etag"]

        def change(name: str):  # type: ignore[no-untyped-def]
            return lambda: self.send("PATCH", "/advertisers/a-1", {"name": name}, if_match=etag)

        answers = self.at_once([change(name) for name in "abcd"])
        self.assertEqual(sorted(answer.status_code for answer in answers), [200, 412, 412, 412])
        won = next(each for each in answers if each.status_code == 200)
        self.assertEqual(Advertiser.objects.get().name, won.json()["name"])
