"""Point 5: after a rollback every page says how the rows differ, and one button brings them back."""

from unittest import mock

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User

from adops.models import Campaign, Channel, Content, Creative, LineItem, Rates, Status, Unit
from adops.selectors.catalog_rows import model_of
from adops.services.history import text_of
from kernel.kinds import EDITED_KINDS
from publishing import catalog
from publishing.models import KnownDifference, Publication
from publishing.notices import notices_for
from publishing.pages import restoring
from publishing.row_pages import page_of_row
from publishing.services import request_publication, request_rollback
from publishing.services.preview import note_difference_of_rollback
from publishing.tests.publishing_admin import LIST, PublishingPagesTestCase, operator

COMMAND = Publication.Trigger.COMMAND
RESTORE = f"{LIST}restore/"
BANNER = "which is a rollback to version 1"


class RestoringTests(PublishingPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.publish()
        self.mina = operator("mina")
        rows = Permission.objects.filter(content_type__app_label="adops")
        User.objects.get(username="mina").user_permissions.add(*rows)

    def publish(self) -> Publication:
        request_publication(trigger=COMMAND)
        return self.work()

    def slip_and_roll_back(self) -> None:
        """An accident is published and taken back: the rows still have it."""
        Campaign.objects.update(status=Status.PAUSED)
        Unit.objects.update(status=Status.ARCHIVED, default_count=7)
        LineItem.objects.update(price_micros=9_000_000, targeting={"countries": {"allow": ["KR"]}})
        Content.objects.get().delete()
        Rates.objects.all().delete()
        Channel.objects.update(status=Status.ARCHIVED)
        Content.objects.create(
            public_id="ct-new",
            channel=Channel.objects.get(),
            title="New",
            image_url="https://cdn.example/n.jpg",
            landing_url="https://news.example/n",
            language="ko",
            published_at="2026-01-01T00:00:00Z",
        )
        Channel.objects.create(public_id="ch-2", name="second")
        self.assertEqual(self.publish().state, "published")
        request_rollback(version=1, trigger=COMMAND)
        self.assertEqual(self.work().state, "published")
        note_difference_of_rollback(self.store, catalog.read_pages)

    def test_publishing_without_fear_the_button_reads_the_catalog_once_before_it_writes(self):
        self.slip_and_roll_back()
        digest = self.mina.get(RESTORE).context["restored"].digest
        with mock.patch.object(restoring, "restore", wraps=restoring.restore) as restore:
            self.assertEqual(self.mina.post(RESTORE, {"digest": digest}).status_code, 302)
        self.assertEqual(restore.call_count, 1)

    def test_publishing_without_fear_each_edited_row_has_a_form_to_lead_to(self):
        for kind in EDITED_KINDS:
            model = model_of(kind.name)
            self.assertRegex(page_of_row(model(pk=7)), rf"^/admin/adops/{model._meta.model_name}/7/change/$")

    def served(self) -> dict[str, str]:
        rows = {row.sort_key: row.json for row in self.store.rows(self.last_published().version)}
        return {key: text for key, text in rows.items() if not key.startswith("tombstone")}

    def test_publishing_without_fear_after_a_rollback_every_page_says_how_the_rows_differ(self):
        self.assertNotContains(self.mina.get("/admin/"), BANNER)
        self.slip_and_roll_back()
        for path in ("/admin/", "/admin/adops/lineitem/", LIST, "/admin/adops/campaign/add/"):
            page = self.mina.get(path)
            self.assertContains(page, BANNER, count=1)
            self.assertContains(page, "removed: campaigns 1")
            self.assertContains(page, f'<a href="{RESTORE}" id="bring-rows-back">')
        reader = operator("joon", "view_publication")
        self.assertContains(reader.get("/admin/"), BANNER)
        self.assertNotContains(reader.get("/admin/"), RESTORE)
        korean = operator("지민", language="ko")
        self.assertContains(korean.get("/admin/"), "버전 3 (내용은 버전 1)")
        self.assertNotContains(operator("outsider", "add_user").get("/admin/"), BANNER)

    def test_publishing_without_fear_pages_count_nothing_and_know_of_later_edits(self):
        self.slip_and_roll_back()
        root = User.objects.create_superuser("root")
        with self.assertNumQueries(3):
            list(notices_for(root))
        noted = KnownDifference.objects.get().noted_at
        note_difference_of_rollback(self.store, catalog.read_pages)
        self.assertEqual(KnownDifference.objects.get().noted_at, noted, "no edit, no reading")
        Channel.objects.create(public_id="ch-3", name="third")
        note_difference_of_rollback(self.store, catalog.read_pages)
        self.assertContains(self.mina.get("/admin/"), "channels 2")

    def test_publishing_without_fear_one_button_brings_the_rows_back_after_a_dry_run(self):
        self.slip_and_roll_back()
        before = self.served()
        page = self.mina.get(RESTORE)
        self.assertContains(page, "Nothing is written yet.")
        self.assertContains(page, "Price: ₩9 → ₩0.000003")
        self.assertContains(page, "Status: paused → active")
        self.assertContains(page, "made again")
        self.assertEqual(Campaign.objects.get().status, Status.PAUSED)
        self.assertFalse(Content.objects.filter(public_id="ct-1").exists())
        digest = page.context["restored"].digest
        done = self.mina.post(RESTORE, {"digest": digest}, follow=True)
        self.assertContains(done, "rows are as version 3 has them")
        self.assertEqual(Campaign.objects.get().status, Status.ACTIVE)
        self.assertEqual(Content.objects.get(public_id="ct-new").status, Status.PAUSED)
        self.assertEqual(LineItem.objects.get().targeting, {})
        self.assertEqual(Unit.objects.get().default_count, 1)
        entry = LogEntry.objects.filter(content_type__model="lineitem").latest("id")
        self.assertEqual(entry.user.username, "mina")
        self.assertIn("As the served version has it: Price: ₩9 → ₩0.000003", text_of(entry))
        again = self.mina.get(RESTORE)
        self.assertContains(again, "nothing to bring back")
        published = self.publish()
        self.assertEqual(published.changes.keys(), {"channel"}, "a new channel serves nothing by itself")
        after = self.served()
        del after["channel#ch-2"]
        self.assertEqual(after, before)
        self.assertNotContains(self.mina.get("/admin/"), BANNER)

    def test_publishing_without_fear_rows_that_changed_since_the_dry_run_are_not_written(self):
        self.slip_and_roll_back()
        digest = self.mina.get(RESTORE).context["restored"].digest
        LineItem.objects.update(price_micros=8_000_000)
        for wrong in (digest, "", "x"):
            page = self.mina.post(RESTORE, {"digest": wrong})
            self.assertContains(page, "nothing was written", status_code=409)
        self.assertEqual(Campaign.objects.get().status, Status.PAUSED)

    def test_publishing_without_fear_rows_that_a_pause_held_back_do_not_serve_by_the_restoration(self):
        self.slip_and_roll_back()
        line_item = LineItem.objects.get()
        line_item.pk, line_item.public_id = None, "li-new"
        line_item.save(force_insert=True)
        digest = self.mina.get(RESTORE).context["restored"].digest
        self.mina.post(RESTORE, {"digest": digest})
        self.assertEqual(LineItem.objects.get(public_id="li-new").status, Status.PAUSED)
        self.assertEqual(LineItem.objects.get(public_id="li-1").status, Status.ACTIVE)

    def test_publishing_without_fear_what_is_blocked_stays_blocked(self):
        self.slip_and_roll_back()
        Creative.objects.update(status=Status.BLOCKED)
        digest = self.mina.get(RESTORE).context["restored"].digest
        self.mina.post(RESTORE, {"digest": digest})
        self.assertEqual(Creative.objects.get().status, Status.BLOCKED)

    def test_publishing_without_fear_only_who_may_edit_the_rows_brings_them_back(self):
        self.slip_and_roll_back()
        self.assertEqual(operator("jun").get(RESTORE).status_code, 403)
        self.assertEqual(operator("joon", "view_publication").get(RESTORE).status_code, 403)

    def test_publishing_without_fear_learned_rates_are_not_taken_for_edits(self):
        LineItem.objects.update(pricing="cpc")
        Rates.objects.all().delete()
        self.publish()
        Campaign.objects.update(name="slip")
        self.publish()
        request_rollback(version=2, trigger=COMMAND)
        self.work()
        digest = self.mina.get(RESTORE).context["restored"].digest
        self.mina.post(RESTORE, {"digest": digest})
        self.assertIsNone(LineItem.objects.get().default_ctr_ppm)
        self.assertEqual(Campaign.objects.get().name, "C")
