"""Point 5: a preview says what a publication changes, and nothing else is published."""

import csv
import io
import json
from unittest import mock

from django.test import Client

from adops.models import Campaign, Channel, Content, Creative, LineItem, Status
from delivery.models import UnitTotal
from kernel.published.errors import StoreError, Unavailable
from publishing.models import Publication
from publishing.services import request_publication
from publishing.tests.publishing_admin import LIST, PublishingPagesTestCase, operator

COMMAND = Publication.Trigger.COMMAND


class PreviewTests(PublishingPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        request_publication(trigger=COMMAND)
        self.assertEqual(self.work().state, "published")
        self.mina = operator("mina")

    def edit(self) -> LineItem:
        line_item = LineItem.objects.get()
        line_item.price_micros, line_item.name = 5_000_000, "<Second>"
        line_item.targeting = {"countries": {"allow": ["KR"]}}
        line_item.save()
        Channel.objects.create(public_id="ch-2", name="New channel")
        return line_item

    def fields(self, page) -> dict[str, str]:
        seen = page.context["preview"]
        return {"digest": seen.digest, "last_edit": str(seen.last_edit)}

    def press(self, client: Client, fields: dict[str, str]):
        return client.post(f"{LIST}publish/", fields, follow=True)

    def test_publishing_without_fear_preview_names_rows_with_links_and_old_and_new_in_words(self):
        line_item = self.edit()
        Content.objects.get().delete()
        Creative.objects.update(title="A new title")
        page = self.mina.get(f"{LIST}preview/")
        of_creative = (
            f'<a href="/admin/adops/creative/{Creative.objects.get().pk}/change/">A new title (cr-1)</a>'
        )
        self.assertContains(page, f"creative · changed: {of_creative} · Title: T → A new title")
        link = f'<a href="/admin/adops/lineitem/{line_item.pk}/change/">&lt;Second&gt; (li-1)</a>'
        self.assertContains(page, f"line item · changed: {link} · ")
        self.assertContains(page, "Price: ₩0.000003 → ₩5")
        self.assertContains(page, "Countries: only: – → KR")
        self.assertContains(page, "New channel (ch-2)</a>")
        self.assertContains(page, "content · removed: 글 (ct-1)")
        self.assertContains(page, "Compared with the served version 1.")
        self.assertContains(page, 'id="publish-previewed"')

    def test_publishing_without_fear_preview_is_korean_too(self):
        self.edit()
        page = operator("지민", language="ko").get(f"{LIST}preview/")
        self.assertContains(page, "단가: ₩0.000003 → ₩5")
        self.assertContains(page, "게시하면 바뀌는 것")
        self.assertContains(page, 'value="이대로 게시"')

    def test_publishing_without_fear_what_is_published_is_what_was_previewed(self):
        self.edit()
        page = self.mina.get(f"{LIST}preview/")
        fields = {**self.fields(page), "confirmed": "yes"}
        self.assertContains(self.press(self.mina, fields), "is requested")
        published = self.work()
        self.assertEqual(published.state, "published")
        self.assertEqual(published.rows_digest, self.fields(page)["digest"])
        self.assertEqual(published.changes.keys(), {"line_item", "channel"})
        self.assertContains(self.mina.get(f"{LIST}preview/"), "there is nothing to publish")

    def test_publishing_without_fear_rows_that_changed_since_the_preview_are_shown_again(self):
        self.edit()
        fields = self.fields(self.mina.get(f"{LIST}preview/"))
        Campaign.objects.get().save()
        fields["confirmed"] = "yes"
        self.assertContains(self.press(self.mina, fields), "is requested", msg_prefix="nothing has changed")
        self.assertEqual(self.work().state, "published")
        LineItem.objects.update(price_micros=4_000_000)
        fields = self.fields(self.mina.get(f"{LIST}preview/"))
        LineItem.objects.update(price_micros=3_000_000)
        again = self.press(self.mina, fields)
        self.assertContains(again, "The rows have changed since the preview", status_code=409)
        self.assertContains(again, "₩5 → ₩3", status_code=409)
        self.assertFalse(Publication.objects.filter(state="pending").exists())

    def test_publishing_without_fear_the_worker_publishes_nothing_else_than_the_preview(self):
        self.edit()
        self.press(self.mina, self.fields(self.mina.get(f"{LIST}preview/")))
        LineItem.objects.update(price_micros=9)
        refused = self.work()
        self.assertEqual(refused.state, "failed")
        self.assertIn("the rows have changed since the preview", refused.error)
        self.assertEqual(self.last_published().version, 1)
        korean = operator("지민", language="ko")
        self.assertContains(korean.get(f"{LIST}{refused.pk}/change/"), "미리 본 뒤에 항목이 바뀌어")

    def test_publishing_without_fear_a_likely_slip_is_confirmed_in_the_preview(self):
        LineItem.objects.update(price_micros=30)
        page = self.mina.get(f"{LIST}preview/")
        self.assertContains(page, 'id="confirm-risks" required')
        self.press(self.mina, self.fields(page))
        self.assertIn("must be confirmed", self.work().error)
        self.press(self.mina, {**self.fields(page), "confirmed": "yes"})
        self.assertEqual(self.work().state, "published")

    def test_publishing_without_fear_a_large_preview_is_bounded_and_a_file_has_all(self):
        Channel.objects.bulk_create(Channel(public_id=f"ch-x{n}", name=f"=x{n}") for n in range(50))
        LineItem.objects.update(price_micros=4)
        page = self.mina.get(f"{LIST}preview/")
        self.assertContains(page, "added: channels 50")
        self.assertContains(page, "<li>channel · added: ", count=20)
        self.assertContains(page, "and 30 more")
        answer = self.mina.get(f"{LIST}preview/changes.json")
        rows = json.loads(b"".join(answer.streaming_content))
        self.assertEqual(sum(row["kind"] == "channel" for row in rows), 50)
        self.assertIn("attachment", answer.headers["content-disposition"])
        text = b"".join(self.mina.get(f"{LIST}preview/changes.csv").streaming_content).decode("utf-8-sig")
        table = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(table), 51)
        self.assertEqual({row["name"][:2] for row in table if row["kind"] == "channel"}, {"'="})
        (price,) = [row for row in table if row["kind"] == "line_item"]
        self.assertEqual((price["field"], price["old"], price["new"]), ("Price", "₩0.000003", "₩0.000004"))

    def test_publishing_without_fear_a_row_that_cannot_be_served_is_named_before_the_button(self):
        Content.objects.update(landing_url="http://user:pw@news.example/")
        page = self.mina.get(f"{LIST}preview/")
        self.assertContains(page, 'id="preview-problems"')
        self.assertContains(page, "Landing page")
        Creative.objects.update(landing_url="http://user:pw@shop.example/")
        page = self.mina.get(f"{LIST}preview/")
        link = f'<a href="/admin/adops/creative/{Creative.objects.get().pk}/change/">creative cr-1</a>'
        self.assertContains(page, link)

    def test_publishing_without_fear_only_publishers_preview(self):
        reader = operator("joon", "view_publication")
        for path in ("preview/", "preview/changes.json", "preview/changes.csv"):
            self.assertEqual(reader.get(f"{LIST}{path}").status_code, 403)
        self.assertEqual(self.mina.get(f"{LIST}preview/changes.exe").status_code, 404)

    def test_publishing_without_fear_a_table_that_does_not_answer_is_said(self):
        away = Unavailable("DynamoDB: no answer in time")
        with mock.patch.object(type(self.store), "last_published", side_effect=away):
            page = self.mina.get(f"{LIST}preview/")
            self.assertContains(page, "The store of published catalogs does not answer.", status_code=503)
            korean = self.mina.get(f"{LIST}preview/", headers={"accept-language": "ko"})
            self.assertContains(korean, "게시된 카탈로그의 저장소가 응답하지 않습니다.", status_code=503)
            self.assertNotContains(page, "publish-previewed", status_code=503)
            self.assertEqual(self.mina.get(f"{LIST}preview/changes.csv").status_code, 503)
        unnamed = StoreError("the table is not named: set LOCKFILL_CATALOG_TABLE")
        with mock.patch("publishing.pages.download.configured_store", side_effect=unnamed):
            file = self.mina.get(f"{LIST}preview/changes.csv")
            self.assertContains(file, "The table of published catalogs is not named", status_code=503)

    def test_publishing_without_fear_learned_rates_make_no_preview_stale(self):
        LineItem.objects.update(pricing="cpc", status=Status.ACTIVE)
        page = self.mina.get(f"{LIST}preview/")
        UnitTotal.objects.create(item="li-1", unit="u-1", impressions=100_000, clicks=9_000)
        self.press(self.mina, self.fields(page))
        self.assertEqual(self.work().state, "published")
