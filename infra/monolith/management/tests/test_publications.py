"""Publishing by programs: the preview, the confirmations and the second person of the admin hold."""

from datetime import timedelta
from typing import Any
from unittest import mock

from django.contrib.admin.models import LogEntry
from django.test import override_settings
from django.utils import timezone

from adops.models import Channel, Content, LineItem
from adops.services.history import text_of
from kernel.published.errors import StoreError
from management.tests.api_case import ApiCalls, make_key, make_user
from publishing.models import Publication
from publishing.tests.catalog import PublishingTestCase


class PublicationCase(ApiCalls, PublishingTestCase):
    def setUp(self) -> None:
        super().setUp()
        store = mock.patch("publishing.pages.preview.configured_store", lambda: self.store)
        store.start()
        self.addCleanup(store.stop)

    def preview(self, **options: Any) -> dict[str, Any]:
        answer = self.get("/publications/preview", **options)
        self.assertEqual(answer.status_code, 200, answer.content)
        document: dict[str, Any] = answer.json()
        return document

    def publish(self, **members: Any) -> Any:
        return self.post("/publications", {"digest": self.preview()["digest"], **members})


class PublishingByScriptTests(PublicationCase):
    def test_what_was_previewed_is_published_and_its_state_is_told(self):
        seen = self.preview()
        self.assertEqual((seen["version"], seen["needs_second_person"]), (0, False))
        self.assertEqual(seen["changes"]["line_item"]["added"], 1)
        answer = self.post("/publications", {"digest": seen["digest"]})
        self.assertEqual(answer.status_code, 202, answer.content)
        path = answer["location"].removeprefix("/api/management/v1")
        self.assertEqual(self.get(path).json()["state"], "pending")
        self.work()
        done = self.get(path).json()
        self.assertEqual((done["state"], done["version"], done["requested_by"]), ("published", 1, "booker"))
        self.assertEqual(self.last_published().version, 1)
        listed = self.get("/publications?state=published").json()["items"]
        self.assertEqual([one["id"] for one in listed], [done["id"]])
        self.assertEqual(self.get("/publications?state=failed").json()["items"], [])
        history = " ".join(text_of(one) for one in LogEntry.objects.all())
        self.assertIn(f"By the API key script (lfk_{self.key.prefix}).", history)

    def test_rows_that_have_changed_since_the_preview_are_not_published(self):
        seen = self.preview()
        Channel.objects.create(public_id="ch-2", name="second")
        answer = self.post("/publications", {"digest": seen["digest"]})
        self.assert_problem(answer, 409, "rows-changed")
        self.assertFalse(Publication.objects.exists())

    def test_a_likely_slip_wants_a_confirmation(self):
        self.publish()
        self.work()
        LineItem.objects.update(price_micros=30)
        problem = self.assert_problem(self.publish(), 409, "confirmation-needed")
        self.assertIn("price_micros jumps from 3 to 30", problem["errors"][0]["detail"])
        self.assertEqual(Publication.objects.count(), 1)
        self.assertEqual(self.publish(confirm=True).status_code, 202)
        self.assertEqual(self.work().state, "published")

    def test_rows_that_cannot_be_served_are_named(self):
        Content.objects.update(landing_url="http://user:pw@news.example/")
        for answer in (self.get("/publications/preview"), self.post("/publications", {"digest": "x"})):
            problem = self.assert_problem(answer, 409, "unservable-catalog")
            self.assertEqual(problem["errors"][0]["field"], "content.ct-1.landing_url")

    def test_a_publication_is_scheduled_and_canceled(self):
        due_at = (timezone.now() + timedelta(hours=2)).replace(microsecond=0)
        answer = self.publish(due_at=due_at.isoformat())
        self.assertEqual(answer.json()["state"], "scheduled", answer.content)
        self.assertEqual(answer.json()["due_at"], due_at.isoformat().replace("+00:00", "Z"))
        number = answer.json()["id"]
        canceled = self.post(f"/publications/{number}/cancel", {})
        self.assertEqual((canceled.json()["state"], canceled.json()["canceled_by"]), ("canceled", "booker"))
        again = self.post(f"/publications/{number}/cancel", {})
        self.assert_problem(again, 409, "publication-refused")
        for wrong in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
            self.assert_problem(self.publish(due_at=wrong), 400, "invalid-parameters", "due_at")

    def test_a_version_is_rolled_back_to(self):
        self.publish()
        self.work()
        LineItem.objects.update(name="Other")
        self.publish()
        self.work()
        answer = self.post("/rollbacks", {"version": 1})
        self.assertEqual((answer.status_code, answer.json()["rollback_of"]), (202, 1))
        self.assertEqual(self.work().state, "published")
        self.assert_problem(self.post("/rollbacks", {"version": 0}), 409, "publication-refused")

    def test_a_repeated_request_publishes_once(self):
        sent = {"digest": self.preview()["digest"]}
        key = "k" * 30
        first = self.post("/publications", sent, idempotency_key=key)
        Channel.objects.create(public_id="ch-2", name="since then")
        second = self.post("/publications", sent, idempotency_key=key)
        self.assertEqual((first.status_code, second.status_code), (202, 202))
        self.assertEqual(first.content, second.content)
        self.assertEqual(Publication.objects.count(), 1)

    def test_a_store_that_does_not_answer_is_told_as_such(self):
        failing = mock.Mock(side_effect=StoreError("no answer"))
        with mock.patch("publishing.pages.preview.configured_store", failing):
            self.assert_problem(self.get("/publications/preview"), 503, "service-unavailable")

    def test_who_may_not_publish_does_not_by_a_key(self):
        viewer = make_key(make_user("viewer", "view_publication"))[1]
        sent = {"digest": self.preview()["digest"]}
        self.assert_problem(self.post("/publications", sent, token=viewer), 403, "forbidden")
        self.assert_problem(self.get("/publications/preview", token=viewer), 403, "forbidden")
        self.assert_problem(self.post("/rollbacks", {"version": 1}, token=viewer), 403, "forbidden")
        self.assertEqual(self.get("/publications", token=viewer).status_code, 200)
        reader = make_key(self.user, "read", "write:catalog")[1]
        self.assert_problem(self.post("/publications", sent, token=reader), 403, "insufficient-scope")
        stranger = make_key(make_user("stranger"))[1]
        self.assert_problem(self.get("/publications", token=stranger), 403, "forbidden")

    def test_what_cannot_be_meant_is_refused(self):
        for path, body, members in (
            ("/publications", {}, ["digest"]),
            ("/publications", {"digest": 7}, ["digest"]),
            ("/publications", {"digest": "x" * 65}, ["digest"]),
            ("/publications", {"digest": "x", "confirm": "yes"}, ["confirm"]),
            ("/publications", {"digest": "x", "due_at": "soon"}, ["due_at"]),
            ("/publications", {"digest": "x", "more": 1}, ["more"]),
            ("/rollbacks", {"version": "1"}, ["version"]),
        ):
            with self.subTest(body):
                self.assert_problem(self.post(path, body), 400, "invalid-parameters", *members)
        for path in (f"/publications/{10**30}", "/publications/0"):
            self.assert_problem(self.get(path), 404, "not-found")
        self.assert_problem(self.post(f"/publications/{10**30}/cancel", {}), 409, "publication-refused")


@override_settings(PUBLISH_NEEDS_TWO=True)
class TwoPeopleByScriptTests(PublicationCase):
    def test_a_second_person_approves_and_no_key_of_the_first_does(self):
        answer = self.publish()
        self.assertEqual(answer.json()["state"], "requested", answer.content)
        path, seen = f"/publications/{answer.json()['id']}/approve", self.preview()
        self.assertTrue(seen["needs_second_person"])
        other_key = make_key(self.user)[1]
        own = self.post(path, {"digest": seen["digest"]}, token=other_key)
        self.assert_problem(own, 409, "publication-refused")
        second = make_key(make_user("second", "approve_publication", "view_publication"))[1]
        wrong = self.post(path, {"digest": "0" * 64}, token=second)
        self.assert_problem(wrong, 409, "publication-refused")
        digest = self.preview(token=second)["digest"]
        approved = self.post(path, {"digest": digest}, token=second)
        self.assertEqual((approved.status_code, approved.json()["approved_by"]), (200, "second"))
        self.assertEqual(self.work().state, "published")
