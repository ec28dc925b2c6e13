"""Point 9: input as people write it, and refusals of what can be read in two ways."""

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils import timezone

from adops.amounts import MICROS, parse_scaled, to_scaled
from adops.forms.addresses import AddressInput, readable
from adops.forms.dates import EndField, EndWidget, StartField, format_end
from adops.forms.hours import parse_dayparts
from adops.forms.targeting_fields import TARGETING_FIELDS
from adops.models import Campaign, Content, Rates, Unit
from adops.rules.instants import validate_instant
from adops.rules.vocabulary import canonical_landing_url
from adops.tests.admin_case import AdminCase, errors_of, messages_of, url, values_of_page
from adops.tests.rows import make_campaign, make_content, make_currency, make_line_item, make_unit
from adops.typed_numbers import read_money

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


class MoneyAsPeopleWriteItTests(SimpleTestCase):
    def test_money_is_read_with_signs_words_and_korean_units(self):
        for text, units, currency in (
            ("₩1,000,000", 1_000_000, "KRW"),
            ("￦１，０００", 1_000, "KRW"),
            ("1,000,000원", 1_000_000, "KRW"),
            ("100만", 1_000_000, None),
            ("100만원", 1_000_000, "KRW"),
            ("1억 2천3백만", 123_000_000, None),
            ("3천만", 30_000_000, None),
            ("1.5만", 15_000, None),
            ("2조", 2 * 10**12, None),
            ("1만 2,500원", 12_500, "KRW"),
            ("USD 5", 5, "USD"),
            ("5 usd", 5, "USD"),
            ("$1,500", 1_500, "USD"),
            ("1200", 1_200, None),
        ):
            with self.subTest(text):
                money = read_money(text)
                self.assertEqual((money.amount, money.currency), (units, currency))
                self.assertEqual(to_scaled(money.amount, MICROS, text), units * MICROS)

    def test_what_can_be_read_in_two_ways_is_refused(self):
        for text in ("1,5", "1,50", "1,0000", "12,34,567", ",5", "1,", "1.000.000", "1,000,00", "1.5,000"):
            with self.subTest(text), self.assertRaises(ValidationError):
                parse_scaled(text, MICROS)

    def test_what_is_no_money_is_refused(self):
        for text in (
            "",
            "₩",
            "-5",
            "만",
            "1만2만",
            "5만3억",
            "1억 99999만",
            "3백2천",
            "₩5 USD",
            "a lot",
            "1e6",
            "5 5",
            "1" * 41,
            "9223372036855만",
        ):
            with self.subTest(text), self.assertRaises(ValidationError):
                money = read_money(text)
                to_scaled(money.amount, MICROS, text)


class HoursAsPeopleWriteThemTests(SimpleTestCase):
    def test_hours_are_read_with_minutes_halves_of_the_day_and_words(self):
        for text, parts in (
            ("18:00-24:00", [([], 18, 24)]),
            ("weekdays 9am-6pm", [(WEEKDAYS, 9, 18)]),
            ("Weekends 10 a.m. – 2 p.m.", [(["sat", "sun"], 10, 14)]),
            ("평일 오전 9시~오후 6시", [(WEEKDAYS, 9, 18)]),
            ("주말 18시-24시", [(["sat", "sun"], 18, 24)]),
            ("12am-12pm", [([], 0, 12)]),
            ("6pm-12am", [([], 18, 24)]),
            ("Monday-Friday 9 to 18", [(WEEKDAYS, 9, 18)]),
            ("월요일-금요일 09:00-18:00", [(WEEKDAYS, 9, 18)]),
            ("Mon-Fri 09-12, 13-18", [(WEEKDAYS, 9, 12), (WEEKDAYS, 13, 18)]),
            ("weekdays 7-9; sat 22-2", [(WEEKDAYS, 7, 9), (["sat"], 22, 2)]),
        ):
            with self.subTest(text):
                read = [(one["days"], one["from_hour"], one["to_hour"]) for one in parse_dayparts(text) or []]
                self.assertEqual(read, parts)

    def test_hours_that_cannot_be_kept_or_are_not_clear_are_refused(self):
        unclear = ("18:30-24:00", "9-6pm", "9am-18", "13pm-3pm", "0am-3am")
        for text in (*unclear, "24:00-18:00", "weekdays", "25-26"):
            with self.subTest(text), self.assertRaises(ValidationError):
                parse_dayparts(text)


class CodesThatExistTests(SimpleTestCase):
    def read(self, field: str, text: str) -> object:
        return TARGETING_FIELDS[field].clean(text)

    def test_codes_that_no_country_language_or_region_has_are_refused(self):
        for field, text, hint in (
            ("targeting_countries_allow", "KR, UK", "Write GB"),
            ("targeting_countries_deny", "ZZ", "no country"),
            ("targeting_regions_allow", "QQ-11", "no country"),
            ("targeting_languages_allow", "jp", "Write ja"),
            ("targeting_languages_deny", "qx", "no language"),
            ("targeting_ages", "18-121", "0 to 120"),
        ):
            with self.subTest(text), self.assertRaisesMessage(ValidationError, hint):
                self.read(field, text)

    def test_codes_that_exist_are_taken(self):
        self.assertEqual(self.read("targeting_countries_allow", "kr, GB, xk"), ["KR", "GB", "XK"])
        self.assertEqual(self.read("targeting_languages_allow", "ko, FIL"), ["ko", "fil"])
        self.assertEqual(self.read("targeting_regions_allow", "kr-11"), ["KR-11"])
        self.assertEqual(self.read("targeting_ages", "120"), [{"min": 120, "max": 120}])


class EndsOfDaysTests(SimpleTestCase):
    def test_an_end_without_an_hour_includes_its_day(self):
        field = EndField(required=False)
        with timezone.override("Asia/Seoul"):
            for typed in (["2026-11-30", ""], ["2026-11-30", "24:00"], ["2026-12-01", "00:00"]):
                with self.subTest(typed):
                    end = field.clean(typed)
                    self.assertEqual(end.isoformat(), "2026-12-01T00:00:00+09:00")
                    self.assertFalse(field.has_changed(end, typed))
                    self.assertEqual(EndWidget().decompress(end)[1], "24:00")
                    self.assertEqual(format_end(end), "2026-11-30 24:00")
            self.assertEqual(field.clean(["2026-11-30", "18:00"]).hour, 18)
            self.assertIsNone(field.clean(["", ""]))

    def test_a_day_of_25_hours_ends_with_its_last_hour(self):
        with timezone.override("America/New_York"):
            end = EndField().clean(["2026-11-01", ""])
            self.assertEqual(end.isoformat(), "2026-11-02T00:00:00-05:00")

    def test_a_start_without_an_hour_is_the_beginning_of_the_day(self):
        with timezone.override("Asia/Seoul"):
            start = StartField().clean(["2026-11-30", ""])
        self.assertEqual(start.isoformat(), "2026-11-30T00:00:00+09:00")

    def test_what_is_no_date_is_refused(self):
        for typed in (["soon", ""], ["9999-12-31", "24:00"], ["2026-11-30", "25:00"]):
            with self.subTest(typed), self.assertRaises(ValidationError):
                validate_instant(EndField().clean(typed))


class AddressesAsPeopleReadThemTests(SimpleTestCase):
    def test_an_address_in_any_script_is_stored_in_ascii_and_shown_readable(self):
        field = AddressInput(spelled=canonical_landing_url)
        typed = "https://한국.example/길?q=커피%20잔"
        stored = canonical_landing_url(typed)
        self.assertTrue(stored.isascii())
        self.assertEqual(field.prepare_value(stored), typed)
        self.assertFalse(field.has_changed(stored, typed))
        self.assertTrue(field.has_changed(stored, "https://other.example/"))

    def test_what_would_mean_another_address_is_shown_as_it_is_stored(self):
        for stored in ("https://shop.example/%E2%80%AE", "https://shop.example/%FF", "market://details?id=a"):
            with self.subTest(stored):
                self.assertEqual(readable(stored, canonical_landing_url), stored)

    def test_landing_pages_with_passwords_ip_addresses_or_no_host_are_refused(self):
        for typed in (
            "https://user:pw@shop.example/",
            "https://user@shop.example/",
            "https://93.184.216.34/",
            "https://0x5db8d822/",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/",
            "https:///path",
            "https://",
            "https://shop/",
            "https://localhost/",
        ):
            with self.subTest(typed), self.assertRaises(ValidationError):
                canonical_landing_url(typed)


class FormsAsPeopleFillThemInTests(AdminCase):
    def test_a_price_in_another_currency_than_the_row_is_refused(self):
        line_item = make_line_item()
        self.assertIn("is in USD", str(errors_of(self.change(line_item, price_micros="$5"))))
        self.change(line_item, price_micros="₩1,000,000")
        line_item.refresh_from_db()
        self.assertEqual(line_item.price_micros, 10**12)
        self.assertEqual(list(errors_of(self.change(line_item, price_micros="1,5"))), ["price_micros"])

    def test_budgets_and_goals_are_typed_in_korean_units(self):
        campaign = make_campaign()
        make_currency()
        self.change(campaign, budget_micros="100만원", budget_currency="KRW")
        campaign.refresh_from_db()
        self.assertEqual(campaign.budget_micros, 10**12)
        line_item = make_line_item(campaign=campaign)
        self.change(line_item, goal_count="1,000,000", goal_kind="impressions")
        line_item.refresh_from_db()
        self.assertEqual(line_item.goal_count, 1_000_000)

    def test_a_name_over_200_characters_is_refused_and_not_cut(self):
        campaign = make_campaign()
        page = self.client.get(url(Campaign, "change", campaign.pk))
        self.assertNotContains(page, "maxlength")
        self.assertEqual(list(errors_of(self.change(campaign, name="가" * 201))), ["name"])
        campaign.refresh_from_db()
        self.assertEqual(campaign.name, "Spring")

    def test_the_defaults_of_the_models_stand_in_the_forms(self):
        unit = values_of_page(self.client.get(url(Unit, "add")))
        self.assertEqual((unit["ad_ratio_ppm"], unit["floor_price_micros"]), (["50"], ["0"]))
        content = values_of_page(self.client.get(url(Content, "add")))
        self.assertEqual(content["quality_ppm"], ["50"])
        rates = values_of_page(self.client.get(url(Rates, "add")))
        self.assertEqual(rates["cvr_ppm"], ["0"])

    def test_an_end_date_alone_includes_its_day_and_is_shown_so(self):
        campaign = make_campaign()
        self.change(campaign, ends_at_0="2026-12-31", ends_at_1="")
        campaign.refresh_from_db()
        self.assertEqual(campaign.ends_at and campaign.ends_at.isoformat(), "2027-01-01T00:00:00+00:00")
        page = self.client.get(url(Campaign, "change", campaign.pk))
        values = values_of_page(page)
        self.assertEqual((values["ends_at_0"], values["ends_at_1"]), (["2026-12-31"], ["24:00"]))
        self.assertContains(self.client.get(url(Campaign, "changelist")), "2026-12-31 24:00")

    def test_a_language_that_does_not_exist_is_refused_of_units_and_contents(self):
        for row in (make_unit(), make_content()):
            with self.subTest(row):
                self.assertIn("language", errors_of(self.change(row, language="jp")))

    def test_interests_that_no_other_row_has_are_warned_about(self):
        make_line_item(targeting={"interests": {"any": ["coffee"]}})
        line_item = make_line_item()
        page = self.change(line_item, targeting_interests_any="coffe, chess")
        text = " ".join(messages_of(page))
        self.assertIn("“coffe”: did you mean “coffee”?", text)
        self.assertIn("no other row has “chess”", text)
        page = self.change(line_item, targeting_interests_any="coffee", targeting_languages_allow="kr")
        self.assertNotIn("no other row has", " ".join(messages_of(page)))
        self.assertIn("did you mean “ko”?", " ".join(messages_of(page)))
