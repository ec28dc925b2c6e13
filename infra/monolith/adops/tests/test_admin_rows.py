"""The forms of all other rows, and the values that they refuse."""

from datetime import timedelta

from django.test import override_settings

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    ExchangeRate,
    Rates,
    Unit,
)
from adops.tests.admin_case import AdminCase, errors_of, messages_of, url, values_of_page
from adops.tests.rows import (
    NOW,
    make_advertiser,
    make_campaign,
    make_channel,
    make_content,
    make_currency,
    make_line_item,
    make_unit,
)


class RowFormTests(AdminCase):
    def form_of(self, model: type) -> dict:
        return values_of_page(self.client.get(url(model, "add")))

    def test_an_advertiser_is_made_and_its_caps_come_back(self):
        self.add(Advertiser, {**self.form_of(Advertiser), "name": "한강커피", "caps_day": "4"})
        advertiser = Advertiser.objects.get()
        self.assertRegex(advertiser.public_id, r"^a-\d{7}$")
        self.assertEqual(advertiser.caps, [{"window": "day", "limit": 4}])
        values = values_of_page(self.client.get(url(Advertiser, "change", advertiser.pk)))
        self.assertEqual(values["caps_day"], ["4"])

    @override_settings(ADMIN_TIME_ZONE="Asia/Seoul")
    def test_a_campaigns_dates_are_of_the_admins_zone_and_its_budget_of_its_currency(self):
        make_currency()
        values = {
            **self.form_of(Campaign),
            "name": "Spring",
            "advertiser": make_advertiser().pk,
            "starts_at_0": "2026-12-01",
            "starts_at_1": "09:00",
            "budget_micros": "1,500,000",
            "budget_currency": "KRW",
        }
        self.add(Campaign, values)
        campaign = Campaign.objects.get()
        self.assertEqual(campaign.starts_at.isoformat(), "2026-12-01T00:00:00+00:00")
        self.assertEqual(campaign.budget_micros, 1_500_000_000_000)
        page = self.client.get(url(Campaign, "changelist"))
        self.assertContains(page, "2026-12-01 09:00")
        self.assertContains(page, "₩1,500,000")

    @override_settings(ADMIN_TIME_ZONE="Asia/Seoul")
    def test_a_daily_budget_is_of_a_day_in_the_campaigns_zone(self):
        make_currency()
        form = self.form_of(Campaign)
        self.assertEqual(form["timezone"], ["Asia/Seoul"])
        times = {"starts_at_0": "2026-12-01", "starts_at_1": "09:00"}
        terms = {"daily_budget_micros": "50,000.5", "budget_currency": "KRW", "timezone": "America/New_York"}
        self.add(Campaign, {**form, "name": "Spring", "advertiser": make_advertiser().pk, **times, **terms})
        campaign = Campaign.objects.get()
        self.assertEqual((campaign.daily_budget_micros, campaign.budget_micros), (50_000_500_000, None))
        self.assertEqual(campaign.timezone, "America/New_York")
        page = self.change(campaign, daily_budget_micros="1", budget_currency="", timezone="Mars/Olympus")
        self.assertIn("is not a time zone", str(errors_of(page)["timezone"]))
        page = self.change(campaign, budget_micros="1")
        self.assertIn("The daily budget is larger than the budget: it never ends a day.", messages_of(page))

    def test_a_campaign_is_refused_without_a_currency_for_its_budget(self):
        page = self.change(make_campaign(), budget_micros="5")
        self.assertIn("A budget needs a currency.", str(errors_of(page)))

    def test_a_budget_that_is_spent_is_a_warning(self):
        campaign = make_campaign()
        make_currency()
        page = self.change(campaign, budget_micros="0", budget_currency="KRW")
        self.assertIn("The budget is spent.", messages_of(page))

    def test_a_content_is_made_with_targeting_and_percent(self):
        values = {
            **self.form_of(Content),
            "title": "Rain",
            "channel": make_channel().pk,
            "image_url": "https://cdn.example/1.jpg",
            "landing_url": "https://news.example/1",
            "language": "ko",
            "published_at_0": "2026-11-01",
            "published_at_1": "09:00",
            "quality_ppm": "87.5",
            "pinned_rank": "3",
            "targeting_platforms_allow": ["ios"],
        }
        self.add(Content, values)
        content = Content.objects.get()
        self.assertEqual((content.quality_ppm, content.pinned_rank), (875_000, 3))
        self.assertEqual(content.targeting, {"platforms": {"allow": ["ios"]}})

    def test_whatever_serving_would_refuse_of_a_content_is_refused(self):
        line_item = make_line_item(public_id="li-1")
        content = make_content(expires_at=NOW + timedelta(days=1))
        for field, value in {
            "language": "KO",
            "quality_ppm": "100.0001",
            "pinned_rank": "65536",
            "image_url": "https://127.0.0.1/1.jpg",
            "landing_url": "http://news.example",
            "channel": "",
            "targeting_languages_deny": "korean language",
        }.items():
            with self.subTest(field):
                self.assertEqual(list(errors_of(self.change(content, **{field: value}))), [field])
        page = self.change(content, expires_at_0="2020-01-01")
        self.assertIn("The expiry must be later than the publication.", str(errors_of(page)))
        page = self.change(content, expires_at_0="9999-12-31")
        self.assertEqual(list(errors_of(page)), ["expires_at"])
        values = {**self.form_of(Content), "public_id": line_item.public_id}
        self.assertIn("belongs to another row", str(errors_of(self.add(Content, values))["public_id"]))

    def test_a_unit_is_made_with_money_and_percent(self):
        advertiser = make_advertiser(public_id="a-1")
        values = {
            **self.form_of(Unit),
            "app_id": "morning-screen",
            "ad_ratio_ppm": "33.3333",
            "floor_price_micros": "0.5",
            "blocked_categories": "gambling, alcohol",
            "blocked_advertisers": [advertiser.public_id],
            "origins": "https://WEB.example:443/, http://localhost:3000",
            "lends_to_devices": "on",
        }
        self.add(Unit, values)
        unit = Unit.objects.get()
        self.assertEqual((unit.ad_ratio_ppm, unit.floor_price_micros), (333_333, 500_000))
        self.assertEqual(unit.blocked_categories, ["gambling", "alcohol"])
        self.assertEqual(unit.blocked_advertisers, ["a-1"])
        self.assertEqual(unit.origins, ["https://web.example", "http://localhost:3000"])
        self.assertTrue(unit.lends_to_devices)

    def test_whatever_serving_would_refuse_of_a_unit_is_refused(self):
        unit = make_unit()
        for field, value in {
            "app_id": "two words",
            "timezone": "Mars/Olympus",
            "language": "korean language",
            "ad_ratio_ppm": "101",
            "horizon_seconds": "59",
            "refresh_seconds": "86401",
            "default_count": "51",
            "minimum_gap": "65536",
            "floor_price_micros": "-1",
            "advertiser_slots_max": "65536",
            "content_rating": "adult",
            "origins": "https://web.example/shop",
        }.items():
            with self.subTest(field):
                self.assertIn(field, errors_of(self.change(unit, **{field: value})))
        many = ", ".join(f"https://w{number}.example" for number in range(21))
        self.assertIn("origins", errors_of(self.change(unit, origins=many)))
        page = self.change(unit, horizon_seconds="600", refresh_seconds="601")
        self.assertIn("A device must ask again", str(errors_of(page)))

    def test_an_id_of_another_form_or_one_that_is_taken_is_refused(self):
        make_channel(public_id="ch-1")
        for public_id in ("ch-1", "two words", "x" * 65, "채널"):
            with self.subTest(public_id):
                values = {**self.form_of(Channel), "name": "Weather", "public_id": public_id}
                self.assertEqual(list(errors_of(self.add(Channel, values))), ["public_id"])

    def test_an_exchange_rate_is_exact_positive_and_of_a_currency(self):
        self.add(ExchangeRate, {"currency": "KRW", "rate_ppm": "0.00072"})
        self.assertEqual(ExchangeRate.objects.get().rate_ppm, 720)
        for values in (
            {"currency": "krw", "rate_ppm": "1"},
            {"currency": "USD", "rate_ppm": "0"},
            {"currency": "USD", "rate_ppm": "0.0000001"},
            {"currency": "KRW", "rate_ppm": "1"},
        ):
            with self.subTest(values):
                self.assertTrue(errors_of(self.add(ExchangeRate, values)))

    def test_rates_are_percent_and_once_for_a_line_item_on_a_unit(self):
        values = {"line_item": make_line_item().pk, "unit": make_unit().pk, "cvr_ppm": "10"}
        self.add(Rates, {**values, "ctr_ppm": "0.5"})
        self.assertEqual(Rates.objects.get().ctr_ppm, 5_000)
        self.assertIn("already", str(errors_of(self.add(Rates, {**values, "ctr_ppm": "1"}))))
        self.assertEqual(list(errors_of(self.add(Rates, {**values, "ctr_ppm": "101"})))[0], "ctr_ppm")

    def test_what_others_need_cannot_be_deleted(self):
        line_item = make_line_item()
        for row in (line_item.campaign, line_item.campaign.advertiser, line_item.currency):
            with self.subTest(row):
                self.client.post(url(type(row), "delete", row.pk), {"post": "yes"}, follow=True)
                self.assertTrue(type(row).objects.filter(pk=row.pk).exists())

    def test_an_image_is_shown_and_cannot_carry_markup(self):
        make_content(image_url='https://cdn.example/"onerror=alert(1)')
        page = self.client.get(url(Content, "changelist"))
        self.assertContains(page, "https://cdn.example/&quot;onerror=alert(1)")
        self.assertNotContains(page, 'example/"onerror')
