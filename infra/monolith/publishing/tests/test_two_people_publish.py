"""Point 5: where publications need two people, one alone publishes nothing, by no way."""

import io
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from adops.models import Channel, LineItem
from publishing.models import CatalogChange, Publication
from publishing.services import (
    PublicationRefused,
    request_after_quiet_period,
    request_for_learned_rates,
    request_publication,
    request_rollback,
)
from publishing.tests.publishing_admin import LIST, PublishingPagesTestCase, operator

BUTTON = Publication.Trigger.BUTTON


class TwoPeoplePublishTests(PublishingPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        request_publication(trigger=BUTTON)
        self.assertEqual(self.work().state, "published")
        self.mina, self.joon = operator("mina"), operator("joon")
        Channel.objects.create(public_id="ch-2", name="second")
        two = override_settings(PUBLISH_NEEDS_TWO=True)
        two.enable()
        self.addCleanup(two.disable)

    def request(self, **more: str) -> Publication:
        seen = self.mina.get(f"{LIST}preview/").context["preview"]
        page = self.mina.post(f"{LIST}publish/", {"digest": seen.digest, **more}, follow=True)
        self.assertContains(page, "waits until another person approves it")
        return Publication.objects.get(state="requested")

    def approve(self, client, publication: Publication):
        page = client.get(f"{LIST}approve/{publication.pk}/")
        digest = page.context["preview"].digest
        return client.post(f"{LIST}approve/{publication.pk}/", {"digest": digest}, follow=True)

    def test_publishing_without_fear_a_second_person_sees_the_same_and_approves(self):
        requested = self.request()
        self.assertEqual(requested.changes["channel"]["added_ids"], ["ch-2"], "what the first person saw")
        link = f"{LIST}approve/{requested.pk}/"
        self.assertContains(self.joon.get("/admin/"), link)
        self.assertNotContains(self.mina.get("/admin/"), link)
        page = self.joon.get(link)
        self.assertContains(page, "This is what was requested:")
        self.assertContains(page, "second (ch-2)</a>")
        self.assertContains(self.approve(self.joon, requested), "is approved")
        published = self.work()
        self.assertEqual(published.state, "published")
        people = (str(published.requested_by), str(published.approved_by))
        self.assertEqual(people, ("mina", "joon"))
        self.assertEqual(published.expected_digest, published.rows_digest)
        self.assertContains(self.mina.get(f"{LIST}{published.pk}/change/"), "joon")

    def test_publishing_without_fear_no_one_approves_their_own_request(self):
        requested = self.request()
        self.assertContains(self.mina.get(f"{LIST}approve/{requested.pk}/"), 'id="own-request"')
        page = self.approve(self.mina, requested)
        self.assertContains(page, "Another person than the one who requested it")
        requested.refresh_from_db()
        self.assertEqual(requested.state, "requested")
        self.assertEqual(
            operator("jun", "view_publication", "publish_catalog")
            .get(f"{LIST}approve/{requested.pk}/")
            .status_code,
            403,
        )

    def test_publishing_without_fear_what_has_changed_since_the_request_is_not_approved(self):
        requested = self.request()
        LineItem.objects.update(price_micros=4)
        page = self.joon.get(f"{LIST}approve/{requested.pk}/")
        self.assertContains(page, "this is not what was requested")
        self.assertNotContains(page, 'id="approve-publication"')
        self.assertContains(self.approve(self.joon, requested), "cancel it, and request a new one")
        for digest in ("", "x" * 100, requested.expected_digest):
            self.joon.post(f"{LIST}approve/{requested.pk}/", {"digest": digest})
            requested.refresh_from_db()
            self.assertEqual(requested.state, "requested")
        self.joon.post(f"{LIST}cancel/{requested.pk}/")
        self.assertEqual(self.joon.get(f"{LIST}approve/{requested.pk}/").status_code, 404)

    def test_publishing_without_fear_no_way_passes_by_the_second_person(self):
        page = self.mina.post(f"{LIST}publish/", follow=True)
        self.assertContains(page, "Publications need two people")
        with self.assertRaisesMessage(CommandError, "Publications need two people"):
            call_command("publish", stdout=io.StringIO())
        for trigger in (BUTTON, Publication.Trigger.QUIET_PERIOD, Publication.Trigger.TAKEOVER):
            with self.assertRaises(PublicationRefused):
                request_publication(trigger=trigger, requested_by=User.objects.first())
        CatalogChange.objects.update(changed_at=timezone.now() - timedelta(hours=1))
        self.assertIsNone(request_after_quiet_period(1))
        # A row of the table that something else has written.
        Publication.objects.create(trigger=BUTTON)
        self.assertIn("a second one has not approved this", self.work().error)
        self.assertEqual(self.last_published().version, 1)

    def test_publishing_without_fear_learned_rates_are_published_and_no_edit_with_them(self):
        Publication.objects.update(finished_at=timezone.now() - timedelta(hours=1))
        self.assertIsNone(request_for_learned_rates(1), "an edit waits")
        CatalogChange.objects.all().delete()
        self.assertIsNotNone(request_for_learned_rates(1))
        self.assertIn("the rows have changed", self.work().error)
        Channel.objects.filter(public_id="ch-2").delete()
        CatalogChange.objects.all().delete()
        Publication.objects.update(finished_at=timezone.now() - timedelta(hours=1))
        self.assertIsNotNone(request_for_learned_rates(1))
        self.assertEqual(self.work().state, "unchanged")

    def test_publishing_without_fear_a_rollback_needs_one_person(self):
        self.approve(self.joon, self.request())
        self.work()
        request_rollback(version=1, trigger=BUTTON)
        self.assertEqual(self.work().state, "published")

    def test_publishing_without_fear_a_scheduled_one_is_approved_and_waits_for_its_time(self):
        at = timezone.now() + timedelta(days=1)
        typed = {"schedule": "yes", "day": at.strftime("%Y-%m-%d"), "hour": at.strftime("%H:%M")}
        requested = self.request(rows="previewed", **typed)
        self.approve(self.joon, requested)
        requested.refresh_from_db()
        self.assertEqual(requested.state, "scheduled")
        page = self.mina.post(f"{LIST}publish/", {**typed, "rows": "then"}, follow=True)
        self.assertContains(page, "Publications need two people")
