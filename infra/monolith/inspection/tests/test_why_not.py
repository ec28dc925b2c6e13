"""Point 2: why is this not showing? Asked on the line item and the content itself, of the real function."""

from datetime import datetime, timezone
from typing import Any

from django.test import override_settings
from django.urls import reverse

from adops.models import Campaign, Content, LineItem, Status, Unit
from inspection.tests.function import InspectionCase, Page

# A Tuesday noon in UTC, the zone of the unit.
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


class WhyNot(InspectionCase):
    def setUp(self) -> None:
        super().setUp()
        Unit.objects.update(ad_ratio_ppm=500_000)
        self.line_item = LineItem.objects.get(public_id="li-1")

    def ask(self, item: Any = None, **values: Any) -> Page:
        item = item or self.line_item
        address = reverse(f"inspection:why_not_{item._meta.model_name}", args=[item.pk])
        sent = {"rows": "edited", "allocation": "ads", "unit": "u-1", "user_id": "u", **values}
        page = self.client.get(address, {"at_0": "2026-11-24", "at_1": "12:00", **sent})
        self.assertEqual(page.status_code, 200)
        return page

    def failed(self, page: Page) -> dict[str, Any]:
        return {line.rule: line for line in page.context["failed"]}

    def test_point_2_each_rule_is_named_with_what_it_wants_what_it_found_and_the_field_that_fixes_it(
        self,
    ) -> None:
        LineItem.objects.update(
            targeting={"genders": {"allow": ["F"]}, "ages": [{"min": 18, "max": 24}]},
            price_micros=800_000_000,
            caps=[{"window": "day", "limit": 3}],
            dayparts=[{"days": ["sun"], "from_hour": 9, "to_hour": 18}],
        )
        Unit.objects.update(floor_price_micros=1_200_000_000)

        page = self.ask(gender="M", age="40", shown="li-1 3")

        failed = self.failed(page)
        expected = ["gender", "age", "dayparting", "floor_price", "frequency_cap"]
        self.assertEqual(list(failed), expected)
        self.assertEqual((failed["gender"].wanted, failed["gender"].found), ("only women", "man"))
        self.assertEqual((failed["age"].wanted, failed["age"].found), ("18-24", "40"))
        self.assertEqual(failed["dayparting"].wanted, "Sun 09-18")
        self.assertEqual(failed["frequency_cap"].wanted, "line item: at most 3 per day")
        self.assertEqual(failed["frequency_cap"].found, "3 seen")
        form = reverse("admin:adops_lineitem_change", args=[self.line_item.pk])
        self.assertEqual(failed["gender"].link, f"{form}#id_targeting_genders_allow")
        self.assertContains(page, f'href="{form}#id_targeting_genders_allow"')
        self.assertEqual(failed["floor_price"].link, f"{form}#id_price_micros")
        # The links lead to fields that the form has.
        fields = self.client.get(form).content.decode()
        for line in failed.values():
            self.assertIn(f'id="{line.link.partition("#")[2]}', fields, line)

    def test_point_2_money_is_written_as_people_write_it(self) -> None:
        LineItem.objects.update(price_micros=800_000_000)
        LineItem.objects.filter(public_id="li-1").update(currency="KRW")
        Unit.objects.update(floor_price_micros=1_200_000_000)
        from adops.models import ExchangeRate

        ExchangeRate.objects.filter(currency="KRW").update(rate_ppm=1_000_000)
        line = self.failed(self.ask())["floor_price"]
        self.assertEqual((line.wanted, line.found), ("an eCPM of at least ₩1,200", "an eCPM of ₩800"))

    def test_point_2_the_answer_is_in_korean_too(self) -> None:
        LineItem.objects.update(targeting={"genders": {"allow": ["F"]}})
        self.client.cookies["django_language"] = "ko"
        page = self.client.get(
            reverse("inspection:why_not_lineitem", args=[self.line_item.pk]),
            {"rows": "edited", "allocation": "ads", "unit": "u-1", "user_id": "u", "gender": "M"},
            headers={"accept-language": "ko"},
        )
        self.assertContains(page, "나오지 않습니다")
        self.assertContains(page, "남성")
        self.assertNotContains(page, "It is not shown")

    def test_point_2_an_item_that_loses_has_its_place_and_price_beside_the_last_winner(self) -> None:
        rich = LineItem.objects.get(public_id="li-1")
        creative = rich.creatives.get()
        poor = LineItem.objects.create(
            campaign=rich.campaign, name="Poor", price_micros=2, currency=rich.currency, public_id="li-2"
        )
        creative.pk, creative.public_id, creative.line_item = None, "cr-2", poor
        creative.save()
        page = self.ask(poor, count="1")
        outcome = page.context["outcome"]
        self.assertFalse(outcome.is_shown)
        self.assertIn("place 2 of 2 for 1 slots", outcome.text)
        self.assertTrue(self.ask(rich, count="1").context["outcome"].is_shown)

    def test_point_2_what_is_paused_archived_or_not_published_says_so(self) -> None:
        Campaign.objects.update(status=Status.PAUSED)
        self.assertIn("campaign paused", self.ask().context["outcome"].text)
        Campaign.objects.update(status=Status.ACTIVE)
        LineItem.objects.update(status=Status.ARCHIVED)
        self.assertIn("archived", self.ask().context["outcome"].text)
        page = self.ask(rows="published")
        self.assertIn("Nothing has been published yet", page.context["failure"])

    def test_point_2_the_served_version_answers_until_another_is_published(self) -> None:
        self.publish()
        LineItem.objects.update(targeting={"genders": {"allow": ["F"]}})
        served = self.ask(rows="published", gender="M")
        self.assertTrue(served.context["outcome"].is_shown, served.context["outcome"])
        self.assertEqual(served.context["version"], 1)
        self.assertEqual(list(self.failed(self.ask(gender="M"))), ["gender"])
        self.publish()
        self.assertEqual(list(self.failed(self.ask(rows="published", gender="M"))), ["gender"])

    def test_point_2_a_content_is_asked_about_too(self) -> None:
        content = Content.objects.get()
        line = self.failed(self.ask(content, allocation="contents"))["content_language"]
        self.assertEqual((line.wanted, line.found), ("ko", "en"))
        shown = self.ask(content, allocation="contents", language="ko")
        self.assertTrue(shown.context["outcome"].is_shown)

    def test_a_slip_is_an_error_at_its_field_and_an_absent_function_a_clear_message(self) -> None:
        for name, value in (
            ("country", "Korea"),
            ("lat", "1"),
            ("age", "-1"),
            ("os_version", "x.y"),
            ("timezone", "Seoul"),
            ("shown", "li-1 many"),
            ("key_values", "plan"),
            ("count", "51"),
        ):
            with self.subTest(name=name):
                page = self.ask(**{name: value})
                errors = page.context["form"].errors
                self.assertIn("lon" if name == "lat" else name, errors)
                self.assertNotIn("outcome", page.context)
        with override_settings(CATALOG_FUNCTION=""):
            self.assertContains(self.ask(), "set MONOLITH_CATALOG_FUNCTION")
        with override_settings(LAMBDA_ENDPOINT_URL="http://127.0.0.1:1"):
            self.assertContains(self.ask(), "does not answer")

    def test_rows_that_could_not_be_published_are_named_instead_of_an_answer(self) -> None:
        Unit.objects.update(timezone="Nowhere/Never")
        page = self.ask(age="30")
        self.assertEqual(page.context["refusals_in_all"], 1)
        self.assertContains(page, "unit u-1 timezone")

    def test_lists_and_forms_lead_to_the_page_and_it_wants_the_permission_to_view(self) -> None:
        page = reverse("inspection:why_not_lineitem", args=[self.line_item.pk])
        for where in (
            reverse("admin:adops_lineitem_changelist"),
            reverse("admin:adops_lineitem_change", args=[self.line_item.pk]),
        ):
            self.assertContains(self.client.get(where), f'href="{page}"')
        content = Content.objects.get()
        own = reverse("inspection:why_not_content", args=[content.pk])
        for where in (
            reverse("admin:adops_content_changelist"),
            reverse("admin:adops_content_change", args=[content.pk]),
        ):
            self.assertContains(self.client.get(where), f'href="{own}"')
        self.log_in("editor")
        self.assertEqual(self.client.get(page).status_code, 403)
        self.assertEqual(self.client.get(own).status_code, 200)
        self.client.logout()
        self.assertEqual(self.client.get(page).status_code, 302)
