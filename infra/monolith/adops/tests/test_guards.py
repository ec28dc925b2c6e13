"""Point 8: what phones and links need is archived, and not deleted by two clicks."""

from django.urls import reverse
from django.utils import timezone

from adops.models import Channel, Content, ExchangeRate, LineItem, Status, Unit
from adops.selectors.reach import reach_of
from adops.selectors.states import contents_with_state
from adops.tests.admin_case import AdminCase, url, values_of_page
from adops.tests.rows import NOW, make_channel, make_content, make_currency, make_line_item, make_unit
from delivery.hours import hour_of
from delivery.models import Fact


class ArchiveTests(AdminCase):
    def test_units_exchange_rates_and_channels_cannot_be_deleted(self):
        for row in (make_unit(), make_channel(), make_currency()):
            with self.subTest(row):
                deleted = self.client.post(url(type(row), "delete", row.pk), {"post": "yes"})
                self.assertEqual(deleted.status_code, 403)
                self.assertNotContains(self.client.get(url(type(row), "changelist")), "delete_selected")
                self.act("delete_selected", row)
                self.assertTrue(type(row).objects.filter(pk=row.pk).exists())

    def test_archiving_asks_first_and_says_what_depends_on_the_rows(self):
        unit = make_unit(public_id="u-1")
        Fact.objects.create(
            arrival_hour=hour_of(timezone.now()),
            hour=hour_of(timezone.now()),
            unit="u-1",
            kind="impression",
            event_class="valid",
            count=1_234,
            price_micros=0,
        )
        page = self.act("archive_confirmed", unit)
        self.assertContains(page, "1,234 impressions in the last 24 hours")
        self.assertContains(page, "answered with 404")
        unit.refresh_from_db()
        self.assertEqual(unit.status, Status.ACTIVE)
        self.client.post(url(Unit, "changelist"), values_of_page(page), follow=True)
        unit.refresh_from_db()
        self.assertEqual(unit.status, Status.ARCHIVED)
        self.change(unit, name="Other", status="active")
        unit.refresh_from_db()
        self.assertEqual((unit.name, unit.status), ("Other", Status.ARCHIVED))
        self.act("make_active", unit)
        unit.refresh_from_db()
        self.assertEqual(unit.status, Status.ACTIVE)
        channel = make_content().channel
        self.assertContains(self.act("archive_confirmed", channel), "1 content")

    def test_each_kind_of_archived_row_is_archived_and_made_active_again(self):
        for row in (make_unit(), make_channel(), make_currency()):
            with self.subTest(row):
                page = self.act("archive_confirmed", row)
                self.client.post(url(type(row), "changelist"), values_of_page(page), follow=True)
                row.refresh_from_db()
                self.assertEqual(row.status, Status.ARCHIVED)
                self.act("make_active", row)
                row.refresh_from_db()
                self.assertEqual(row.status, Status.ACTIVE)

    def test_what_is_archived_is_not_offered_and_stays_where_it_is_chosen(self):
        make_currency("USD").delete()
        ExchangeRate.objects.create(currency="USD", rate_ppm=1, status=Status.ARCHIVED)
        page = self.client.get(url(LineItem, "add"))
        self.assertNotContains(page, 'value="USD"')
        line_item = make_line_item(currency=ExchangeRate.objects.get(currency="USD"))
        page = self.client.get(url(LineItem, "change", line_item.pk))
        self.assertContains(page, 'value="USD" selected')
        self.change(line_item, name="Other")
        self.assertEqual(LineItem.objects.get().name, "Other")
        make_unit(public_id="u-old", status=Status.ARCHIVED)
        self.assertNotContains(self.client.get(url(LineItem, "add")), "u-old")
        Channel.objects.create(name="Gone", status=Status.ARCHIVED)
        query = {"app_label": "adops", "model_name": "content", "field_name": "channel", "term": ""}
        found = self.client.get(reverse("admin:autocomplete"), query).json()
        self.assertEqual(found["results"], [])

    def test_nothing_is_shown_on_an_archived_unit_or_of_an_archived_channel(self):
        make_unit(status=Status.ARCHIVED)
        self.assertEqual(reach_of(make_line_item()).units, 0)
        content = make_content()
        Channel.objects.update(status=Status.ARCHIVED)
        self.assertEqual(contents_with_state(NOW).get(pk=content.pk).state, "channel_archived")
        self.assertEqual(Content.objects.get().status, Status.ACTIVE)
