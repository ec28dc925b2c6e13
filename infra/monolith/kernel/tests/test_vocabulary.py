"""Vocabularies: what each accepts of a request, what it accepts of a catalog, and what it reads."""

import re
from typing import Any
from unittest import TestCase

from kernel.schema import definitions
from kernel.vocabulary.codes import COUNTRY, CURRENCY, LANGUAGE, REGION, country_of
from kernel.vocabulary.device import NETWORK, PLATFORM
from kernel.vocabulary.form import NotInVocabulary, Vocabulary
from kernel.vocabulary.gender import GENDER
from kernel.vocabulary.identifier import IDENTIFIER, LENGTH_MAX
from kernel.vocabulary.integers import COUNT, birth_year_max, birth_years
from kernel.vocabulary.position import LATITUDE, LONGITUDE
from kernel.vocabulary.text import SHORT_TEXT, USER_ID, fold
from kernel.vocabulary.time_zone import TIME_ZONE, release
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL, ORIGIN
from kernel.vocabulary.user_age import USER_AGE
from kernel.vocabulary.version import VERSION, format_version

VOCABULARIES: tuple[Vocabulary[Any], ...] = (
    *(IDENTIFIER, COUNTRY, REGION, LANGUAGE, CURRENCY, VERSION, SHORT_TEXT, USER_ID, GENDER),
    *(PLATFORM, NETWORK, USER_AGE, COUNT, LATITUDE, LONGITUDE, TIME_ZONE, IMAGE_URL, LANDING_URL),
    ORIGIN,
)
SAMPLES = {
    "id": "li-1",
    "country": "KR",
    "region": "KR-11",
    "language": "ko",
    "currency": "KRW",
    "version_or_none": "14.0.1",
    "short_text": "Galaxy S24",
    "user_id": "사용자-1",
    "gender": "F",
    "platform": "ios",
    "network": "wifi",
    "user_age": "new",
    "count": "10",
    "latitude": "-37.566535",
    "longitude": "126.9779692",
    "time_zone": "Asia/Seoul",
    "origin": "https://web.example",
    "image_url": "https://cdn.example/1.jpg",
    "landing_url": "market://details?id=app",
}


def accepts(vocabulary: Vocabulary[Any], text: str) -> bool:
    try:
        vocabulary.parse(text)
    except NotInVocabulary:
        return False
    return True


class EveryVocabulary(TestCase):
    def test_normalizing_keeps_a_text_that_has_the_form(self) -> None:
        for vocabulary in VOCABULARIES:
            sample = SAMPLES[vocabulary.name]
            text, is_cut = vocabulary.normalize(sample)
            with self.subTest(vocabulary.name):
                self.assertEqual(vocabulary.parse(text), vocabulary.parse(sample))
                self.assertFalse(is_cut)

    def test_a_sample_is_canonical_and_a_line_end_or_nothing_at_all_is_refused(self) -> None:
        for vocabulary in VOCABULARIES:
            sample = SAMPLES[vocabulary.name]
            with self.subTest(vocabulary.name):
                self.assertEqual(vocabulary.parse(sample), vocabulary.parse_canonical(sample))
                for text in (sample + "\n", "\n" + sample, ""):
                    self.assertFalse(accepts(vocabulary, text), text)

    def test_a_refusal_says_what_the_text_must_be(self) -> None:
        for vocabulary in VOCABULARIES:
            with self.subTest(vocabulary.name), self.assertRaises(NotInVocabulary) as caught:
                vocabulary.parse("")
            self.assertEqual(str(caught.exception), f"must be {vocabulary.accepted.wanted}")

    def test_canonical_forms_are_those_of_the_catalogs_schema(self) -> None:
        named = [v for v in VOCABULARIES if v.name in definitions()]
        self.assertGreaterEqual(len(named), 9)
        for vocabulary in named:
            definition = definitions()[vocabulary.name]
            with self.subTest(vocabulary.name):
                if "pattern" in definition:
                    self.assertEqual(definition["pattern"], vocabulary.canonical.pattern)
                if "maxLength" in definition:
                    self.assertEqual(definition["maxLength"], vocabulary.canonical.length_max)

    def test_every_canonical_text_is_accepted_of_a_request_too(self) -> None:
        for vocabulary in VOCABULARIES:
            with self.subTest(vocabulary.name):
                self.assertTrue(accepts(vocabulary, SAMPLES[vocabulary.name]))


class Codes(TestCase):
    def test_requests_may_use_either_case_and_catalogs_may_not(self) -> None:
        for vocabulary, text, canonical in (
            (COUNTRY, "kR", "KR"),
            (REGION, "kr-1a", "KR-1A"),
            (LANGUAGE, "KO", "ko"),
            (CURRENCY, "krw", "KRW"),
        ):
            with self.subTest(text):
                self.assertEqual(vocabulary.parse(text), canonical)
                with self.assertRaisesRegex(NotInVocabulary, "(upper|lower)-case"):
                    vocabulary.parse_canonical(text)

    def test_other_letters_than_ascii_are_in_no_code(self) -> None:
        # Both have one of the letters of KR as their upper case in some alphabet.
        for text in ("K\u0131", "\u212aR", "K", "KRW", "K1"):
            self.assertFalse(accepts(COUNTRY, text), text)

    def test_a_region_names_its_country(self) -> None:
        self.assertEqual(country_of("KR-11"), "KR")


class Texts(TestCase):
    def test_lengths_are_counted_in_characters(self) -> None:
        for vocabulary, length_max in ((IDENTIFIER, LENGTH_MAX), (SHORT_TEXT, 64), (USER_ID, 128)):
            with self.subTest(vocabulary.name):
                self.assertTrue(accepts(vocabulary, "a" * length_max))
                self.assertFalse(accepts(vocabulary, "a" * (length_max + 1)))
        self.assertTrue(accepts(SHORT_TEXT, "가" * 64))

    def test_a_request_sends_no_control_character_and_no_broken_utf_8(self) -> None:
        for text in ("a\tb", "a\x00b", "a\x9fb", "a\ufffdb", "a\u00a0b"):
            with self.subTest(text):
                self.assertFalse(accepts(SHORT_TEXT, text))
                # Nor may a catalog hold what no request could match.
                self.assertFalse(SHORT_TEXT.canonical.fits(text))
                self.assertFalse(accepts(USER_ID, text))
        self.assertFalse(accepts(USER_ID, "a\ud800"))
        self.assertTrue(accepts(SHORT_TEXT, "a b"))
        self.assertFalse(accepts(USER_ID, "a b"))

    def test_folding_leaves_other_letters_than_ascii_alone(self) -> None:
        self.assertEqual(fold("SAMSUNG É İ"), "samsung É İ")

    def test_an_address_has_a_limit(self) -> None:
        for vocabulary in (IMAGE_URL, LANDING_URL):
            longest = "https://cdn.example/" + "a" * (2_048 - len("https://cdn.example/"))
            self.assertTrue(accepts(vocabulary, longest))
            self.assertFalse(accepts(vocabulary, longest + "a"))
            # What is sent has the limit too: a letter becomes nine characters.
            self.assertFalse(accepts(vocabulary, "https://cdn.example/" + "한" * 226))
            self.assertTrue(accepts(vocabulary, "https://cdn.example/" + "한" * 225))


class Versions(TestCase):
    def test_a_missing_part_counts_as_zero_and_parts_compare_as_numbers(self) -> None:
        self.assertEqual(VERSION.parse("14"), VERSION.parse("14.0.0.0"))
        self.assertGreater(VERSION.parse("9.10"), VERSION.parse("9.9"))
        self.assertGreater(VERSION.parse("10"), VERSION.parse("9.65535.65535.65535"))
        self.assertEqual(format_version(VERSION.parse("1.2")), "1.2.0.0")

    def test_anything_but_one_to_four_small_numbers_is_refused(self) -> None:
        texts = (
            ".",
            "1.",
            ".1",
            "1..2",
            "1.2.3.4.5",
            "65536",
            "+1",
            "-1",
            "1a",
            " 1",
            "1 ",
            "\u0661",
        )
        for text in texts:
            self.assertFalse(accepts(VERSION, text), text)

    def test_a_request_may_write_as_many_zeros_in_front_as_it_likes(self) -> None:
        self.assertEqual(VERSION.parse("0" * 10_000 + "7.00065535"), (7, 65_535, 0, 0))
        with self.assertRaises(NotInVocabulary):
            VERSION.parse_canonical("000007")

    def test_the_catalogs_pattern_is_the_limit_of_each_number(self) -> None:
        for number in (*range(65_530, 65_540), 0, 9, 99_999, 59_999, 60_000, 65_499, 65_500):
            is_canonical = re.fullmatch(VERSION.canonical.pattern, str(number)) is not None
            self.assertEqual(is_canonical, number <= 65_535, number)


class Numbers(TestCase):
    def test_a_count_is_from_1_to_50(self) -> None:
        accepted = [n for n in range(100) if accepts(COUNT, str(n))]
        self.assertEqual((accepted[0], accepted[-1], len(accepted)), (1, 50, 50))
        self.assertEqual(COUNT.parse("0" * 5_000 + "7"), 7)
        for text in ("9" * 5_000, "-1", "1.0", "\u0663"):
            self.assertFalse(accepts(COUNT, text), text[:9])

    def test_a_birth_year_ends_with_the_year_that_is_named(self) -> None:
        new_years_eve = 1_798_711_200
        self.assertEqual(birth_year_max(new_years_eve - 1), 2_026)
        self.assertEqual(birth_year_max(new_years_eve), 2_027)
        years = birth_years(2_026)
        self.assertEqual((years.parse("1900"), years.parse("2026")), (1_900, 2_026))
        for text in ("1899", "2027"):
            with self.assertRaisesRegex(NotInVocabulary, "must be a year from 1900 to 2026"):
                years.parse(text)


class Positions(TestCase):
    def test_degrees_are_cut_off_after_the_sixth_place(self) -> None:
        for text, microdegrees in (
            ("37.5665359", 37_566_535),
            ("-0.0000019", -1),
            ("90", 90_000_000),
            ("5.0E-4", 500),
            ("-9.99e-5", -99),
            ("7E-0", 7_000_000),
            ("1e-9", 0),
        ):
            with self.subTest(text):
                self.assertEqual(LATITUDE.parse(text), microdegrees)

    def test_what_is_not_on_earth_or_no_decimal_number_is_refused(self) -> None:
        for text in ("90.000001", "-90.000001", "1e3", "+1", ".5", "1.", "NaN", "1e-1000"):
            self.assertFalse(accepts(LATITUDE, text), text)
        self.assertTrue(accepts(LONGITUDE, "180.000000"))
        self.assertFalse(accepts(LONGITUDE, "180.000001"))


class TimeZones(TestCase):
    def test_a_request_may_use_either_case_and_gets_the_canonical_name(self) -> None:
        self.assertEqual(TIME_ZONE.parse("asia/SEOUL"), "Asia/Seoul")
        self.assertEqual(TIME_ZONE.parse("Etc/Unknown"), "UTC")
        for text in ("asia/SEOUL", "Etc/Unknown", "Mars/Olympus", "localtime"):
            with self.assertRaises(NotInVocabulary):
                TIME_ZONE.parse_canonical(text)

    def test_a_long_text_is_refused(self) -> None:
        self.assertFalse(accepts(TIME_ZONE, "a" * 10_000))

    def test_the_release_is_the_installed_one(self) -> None:
        self.assertRegex(release(), r"^20\d\d[a-z]$")
