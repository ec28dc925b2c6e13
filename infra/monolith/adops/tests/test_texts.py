"""Typed text, and the values that it is read as."""

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils.translation import override

from adops.amounts import MICROS, PPM_PER_PERCENT, format_money, format_scaled, parse_scaled
from adops.forms import texts
from adops.forms.hours import format_dayparts, parse_dayparts

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]


class AmountTests(SimpleTestCase):
    def test_money_has_its_symbol_and_the_digits_that_it_has(self):
        for micros, currency, text in (
            (1_200_000_000, "KRW", "₩1,200"),
            (1_500_000, "USD", "$1.50"),
            (0, "USD", "$0.00"),
            (1, "CHF", "CHF 0.000001"),
            (500_000, "KRW", "₩0.50"),
            (-1_500_000, "EUR", "-€1.50"),
            (2**63 - 1, "KRW", "₩9,223,372,036,854.775807"),
        ):
            with self.subTest(text):
                self.assertEqual(format_money(micros, currency), text)

    def test_what_is_typed_is_exact_to_the_micro(self):
        for text, micros in (
            ("1,200", 1_200_000_000),
            (" 1.5 ", 1_500_000),
            ("0.000001", 1),
            ("9223372036854.775807", 2**63 - 1),
            ("0.1", 100_000),
        ):
            with self.subTest(text):
                self.assertEqual(parse_scaled(text, MICROS), micros)
                self.assertEqual(parse_scaled(format_scaled(micros, MICROS), MICROS), micros)
        self.assertEqual(format_scaled(12_345, PPM_PER_PERCENT), "1.2345")

    def test_what_is_no_amount_is_refused(self):
        for text in (
            "",
            "-1",
            "1e99",
            "NaN",
            "Infinity",
            "1.0000001",
            "9223372036854.775808",
            "₩5",
        ):
            with self.subTest(text), self.assertRaises(ValidationError):
                parse_scaled(text, MICROS)


class ListTests(SimpleTestCase):
    def test_values_are_between_commas_or_lines_each_once(self):
        self.assertEqual(texts.parse_list("a, b\nc ,, a"), ["a", "b", "c"])

    def test_a_list_comes_back_as_it_was(self):
        for values in ([], ["a"], ["a, b", "c"], ['say "hi"', "x"], ['5" phone'], ["서울", "부산"]):
            with self.subTest(values):
                self.assertEqual(texts.parse_list(texts.format_list(values)), values)

    def test_an_open_quotation_mark_is_refused(self):
        with self.assertRaises(ValidationError):
            texts.parse_list('"a, b')


class AgeTests(SimpleTestCase):
    def test_ages_come_back_as_they_were(self):
        ranges: list[dict[str, int | None]] = [
            {"min": 18, "max": 24},
            {"min": 35},
            {"max": 12},
            {"min": 40, "max": 40},
            {},
        ]
        self.assertEqual(texts.format_ages(ranges), "18-24, 35-, -12, 40, -")
        self.assertEqual(texts.parse_ages("18-24, 35-, -12, 40, -"), ranges)

    def test_what_is_no_age_is_refused(self):
        for text in ("old", "24-18", "201", "1-2-3", "1.5", "١٨"):
            with self.subTest(text), self.assertRaises(ValidationError):
                texts.parse_ages(text)


class PlaceTests(SimpleTestCase):
    def test_places_come_back_as_they_were(self):
        text = "37.566500, 126.978000, 5000 m\n-0.000001, -180.000000, 0 m"
        circles = texts.parse_circles("37.5665, 126.978, 5 km\n-0.000001,-180,0")
        self.assertEqual(texts.format_circles(circles), text)
        self.assertEqual(texts.parse_circles(text), circles)

    def test_what_is_no_place_is_refused(self):
        for text in (
            "37.5, 126.9",
            "91, 0, 5",
            "0, -180.000001, 5",
            "0, 0, -1",
            "0, 0, 0.5 m",
            "0, 0, 5 miles",
            "NaN, 0, 5",
            "1.0000001, 0, 5",
            "0, 0, 4294967296",
        ):
            with self.subTest(text), self.assertRaises(ValidationError):
                texts.parse_circles(text)


class KeyValueTests(SimpleTestCase):
    def test_key_values_come_back_as_they_were(self):
        conditions = {"plan": {"allow": ["gold", "a, b"], "deny": ["trial"]}, "x": {"deny": ["y"]}}
        text = texts.format_key_values(conditions)
        self.assertEqual(text, 'plan = gold, "a, b"\nplan != trial\nx != y')
        self.assertEqual(texts.parse_key_values(text), conditions)

    def test_what_is_no_condition_is_refused(self):
        for text in ("plan", "= gold", "plan =", "plan != ", "!= x"):
            with self.subTest(text), self.assertRaises(ValidationError):
                texts.parse_key_values(text)


class HourTests(SimpleTestCase):
    def test_hours_are_written_and_read_in_both_languages(self):
        parts = [
            {"days": WEEKDAYS, "from_hour": 9, "to_hour": 18},
            {"days": ["tue", "sun"], "from_hour": 22, "to_hour": 2},
            {"days": [], "from_hour": 0, "to_hour": 24},
        ]
        english = "Mon-Fri 09-18; Tue,Sun 22-02; daily 00-24"
        korean = "월-금 09-18; 화,일 22-02; 매일 00-24"
        with override("en"):
            self.assertEqual(format_dayparts(parts), english)
        with override("ko"):
            self.assertEqual(format_dayparts(parts), korean)
        for text in (english, korean, english.upper(), "mon - fri 9~18;tue sun 22-2; 0-24"):
            with self.subTest(text):
                self.assertEqual(parse_dayparts(text), parts)

    def test_days_may_go_over_the_end_of_the_week(self):
        (part,) = parse_dayparts("Sat-Mon 10-12") or []
        self.assertEqual(part["days"], ["mon", "sat", "sun"])

    def test_nothing_is_always_and_never_is_never(self):
        self.assertIsNone(parse_dayparts("  "))
        self.assertEqual(format_dayparts(None), "")
        self.assertEqual(parse_dayparts("never"), [])
        self.assertEqual(parse_dayparts(format_dayparts([])), [])

    def test_what_is_no_time_of_the_week_is_refused(self):
        for text in ("Mon", "Mon 24-25", "Mon 09-25", "Mon 9-0", "Moon 9-10", "9", "Mon-Foo 9-10"):
            with self.subTest(text), self.assertRaises(ValidationError):
                parse_dayparts(text)
