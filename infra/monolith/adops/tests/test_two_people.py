"""Point 7: two people edit one row, and all can read who changed what, old and new."""

from django.contrib.admin.models import LogEntry

from adops.models import Campaign, Channel, Creative, LineItem, Status
from adops.services.switching import switch
from adops.tests.admin_case import AdminCase, messages_of, url, values_of_page
from adops.tests.rows import make_campaign, make_channel, make_content, make_line_item


class StaleSaveTests(AdminCase):
    def open(self, row):
        address = url(type(row), "change", row.pk)
        return address, values_of_page(self.client.get(address))

    def test_a_stale_save_is_refused_with_both_versions_and_reverts_nothing(self):
        line_item = make_line_item()
        address, mine = self.open(line_item)
        self.change(line_item, price_micros="1,500", status="paused")

        page = self.client.post(address, {**mine, "name": "Mine"}, follow=True)

        errors = " ".join(page.context["adminform"].form.non_field_errors())
        self.assertIn("operator", errors)
        self.assertIn("Price: stored now “1500”, in this form “1200”", errors)
        self.assertIn("Status: stored now “paused”, in this form “active”", errors)
        self.assertIn("Name: stored now “Commuters”, in this form “Mine”", errors)
        line_item.refresh_from_db()
        self.assertEqual((line_item.name, line_item.status), ("Commuters", Status.PAUSED))
        self.assertEqual(line_item.price_micros, 1_500_000_000)
        # Having seen both, the operator may save again.
        again = values_of_page(page)
        self.client.post(address, again, follow=True)
        line_item.refresh_from_db()
        self.assertEqual((line_item.name, line_item.status), ("Mine", Status.ACTIVE))

    def test_a_pause_by_an_action_is_not_undone_by_an_older_page(self):
        for row in (make_line_item(), make_campaign(), make_content()):
            with self.subTest(row):
                address, mine = self.open(row)
                switch(rows=type(row).objects.filter(pk=row.pk), status=Status.PAUSED, by=self.user)
                page = self.client.post(address, mine, follow=True)
                self.assertTrue(page.context["adminform"].form.non_field_errors())
                row.refresh_from_db()
                self.assertEqual(row.status, Status.PAUSED)

    def test_a_paused_creative_is_not_revived_by_an_older_page(self):
        line_item = make_line_item()
        address, mine = self.open(line_item)
        Creative.objects.update(status=Status.PAUSED)
        page = self.client.post(address, {**mine, "name": "Mine"}, follow=True)
        formset = page.context["inline_admin_formsets"][0].formset
        self.assertIn("Coffee: Status: stored now “paused”", " ".join(formset.non_form_errors()))
        self.assertEqual(Creative.objects.get().status, Status.PAUSED)

    def test_pages_without_a_conflict_are_saved(self):
        line_item = make_line_item()
        address, mine = self.open(line_item)
        # A save that changes nothing, and what is counted, make no page stale.
        self.change(line_item)
        Campaign.objects.update(spent_micros=5)
        page = self.client.post(address, {**mine, "name": "Mine"}, follow=True)
        self.assertIn("was changed successfully", " ".join(messages_of(page)))
        channel = make_channel()
        self.change(channel, name="Renamed")
        self.assertEqual(Channel.objects.get().name, "Renamed")


class HistoryInWordsTests(AdminCase):
    def history(self, row, language="en") -> str:
        page = self.client.get(url(type(row), "history", row.pk), headers={"accept-language": language})
        return page.content.decode()

    def test_a_history_has_old_and_new_in_the_readers_language(self):
        line_item = make_line_item(caps=[{"window": "day", "limit": 3}])
        self.change(
            line_item,
            status="paused",
            caps_day="5",
            price_micros="1,500",
            targeting_countries_allow="KR",
            **{"creatives-0-title": "Tea"},
        )
        english, korean = self.history(line_item), self.history(line_item, "ko")
        for text in (
            "Status: active → paused",
            "Caps: 3 per day → 5 per day",
            "Price: ₩1,200 → ₩1,500",
            "Countries: only: – → KR",
            "Title: Coffee → Tea",
        ):
            self.assertIn(text, english)
        self.assertIn("상태: 활성 → 일시중지", korean)
        self.assertNotIn("Status", korean)
        self.assertNotIn("또한", korean)

    def test_an_action_notes_the_status_before(self):
        campaign = make_campaign()
        self.act("pause", campaign)
        self.assertIn("Status: paused. Before: active.", self.history(campaign))
        self.assertIn("일시중지", self.history(campaign, "ko"))

    def test_a_long_text_is_noted_in_part(self):
        line_item = make_line_item()
        self.change(line_item, **{"creatives-0-body": "x" * 5_000})
        self.assertLess(len(LogEntry.objects.get().change_message), 2_000)


class LogEntriesTests(AdminCase):
    def test_ad_ops_and_editors_see_the_entries_of_the_rows_that_they_may_see(self):
        line_item, content = make_line_item(name="Ad of log"), make_content(title="Content of log")
        self.change(line_item, price_micros="7")
        self.change(content, title="Second title of log")
        seen = {}
        for role in ("ad ops", "editor", "read-only"):
            self.client.logout()
            self.log_in(role)
            seen[role] = self.client.get(url(LogEntry, "changelist")).content.decode()
            self.assertIn("/admin/admin/logentry/", self.client.get("/admin/").content.decode())
        self.assertIn("Price: ₩1,200 → ₩7", seen["ad ops"])
        self.assertIn(url(LineItem, "change", line_item.pk), seen["ad ops"])
        self.assertIn("Second title of log", seen["ad ops"])
        self.assertIn("Second title of log", seen["editor"])
        self.assertNotIn("Ad of log", seen["editor"])
        self.assertIn("Ad of log", seen["read-only"])
