"""Holds the admin's choices and rules to the catalog's schema and to the kernel's vocabulary."""

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase
from django.utils.translation import override

from adops.models import CapKind, FirstSlot, Pricing, Rating, Tier
from adops.rules import vocabulary as rules
from adops.rules.targeting import validate_targeting
from adops.tests.conditions import every_condition
from kernel.dimensions import DIMENSIONS, Shape
from kernel.schema import definitions, require_form
from kernel.vocabulary import schedule
from kernel.vocabulary.codes import COUNTRY, REGION
from kernel.vocabulary.version import VERSION


def passes(rule, value: object) -> bool:
    try:
        rule(value)
    except ValidationError:
        return False
    return True


def with_targeting(targeting: dict) -> dict:
    """A row of the catalog that is right apart from its targeting."""
    return {
        "id": "li-1",
        "campaign_id": "c-1",
        "name": "N",
        "tier": "standard",
        "pricing": "cpm",
        "price_micros": 1,
        "currency": "KRW",
        "targeting": targeting,
    }


class SchemaTests(SimpleTestCase):
    def test_choices_are_those_of_the_schema(self):
        line_item = definitions()["line_item"]["properties"]
        mix = definitions()["unit"]["properties"]["mix"]["properties"]
        cap = definitions()["cap"]["properties"]
        day = definitions()["daypart"]["properties"]["days"]["items"]
        for ours, theirs in (
            (Tier.values, line_item["tier"]),
            (Pricing.values, line_item["pricing"]),
            (CapKind.values, line_item["cap_kind"]),
            (Rating.values, line_item["rating"]),
            (FirstSlot.values, mix["first_slot"]),
            (list(schedule.WINDOWS), cap["window"]),
            (list(schedule.DAYS), day),
        ):
            with self.subTest(ours):
                self.assertEqual(ours, theirs["enum"])

    def test_a_condition_of_every_dimension_passes_here_and_in_the_schema(self):
        validate_targeting(every_condition())
        require_form("line_item", with_targeting(every_condition()))

    def test_a_value_outside_a_vocabulary_is_refused_in_every_dimension_and_in_the_schema(self):
        wrong = {
            Shape.ALLOW_DENY: {"allow": ["?"]},
            Shape.FOLDED_ALLOW_DENY: {"deny": ["x" * 65]},
            Shape.SET: {"none": [""]},
            Shape.VERSIONS: {"min": "1.65536"},
            Shape.AGES: [{"min": 201}],
            Shape.CIRCLES: [{"latitude_microdegrees": 90_000_001}],
            Shape.WORD: "older",
            Shape.KEY_VALUES: {"plan": {"allow": ["x" * 65]}},
        }
        for dimension in DIMENSIONS:
            targeting = {dimension.field: wrong[dimension.shape]}
            with self.subTest(dimension.name):
                self.assertFalse(passes(validate_targeting, targeting))
                with self.assertRaises(ValueError):
                    require_form("line_item", with_targeting(targeting))

    def test_a_key_that_no_request_could_send_is_refused_here_and_in_the_schema(self):
        for key in ("", "x" * 65, "a\tb"):
            targeting = {"key_values": {key: {"allow": ["gold"]}}}
            with self.subTest(key):
                self.assertFalse(passes(validate_targeting, targeting))
                with self.assertRaises(ValueError):
                    require_form("line_item", with_targeting(targeting))

    def test_a_condition_that_is_not_in_the_table_is_refused_with_its_name(self):
        with (
            override("en"),
            self.assertRaisesMessage(ValidationError, "“moon” is not allowed here"),
        ):
            validate_targeting({"moon": {}})

    def test_values_at_the_limits_pass_or_fail_as_they_do_in_the_schema(self):
        texts = ("", "0", "1.2.3.4", "1.2.3.4.5", "65535", "65536", "1.", "99999", "1\n", "+1")
        for text in (*texts, "\u0661"):
            with self.subTest(text):
                is_valid = passes(lambda value: rules.require(VERSION, value), text)
                self.assertEqual(VERSION.canonical.fits(text), is_valid)

    def test_a_line_end_does_not_slip_through_any_rule(self):
        for rule, text in (
            (rules.validate_id, "li-1"),
            (lambda value: rules.require(COUNTRY, value), "KR"),
            (lambda value: rules.require(REGION, value), "KR-11"),
            (rules.validate_language, "ko"),
            (rules.validate_currency, "KRW"),
            (rules.validate_time_zone, "Asia/Seoul"),
            (rules.validate_image_url, "https://cdn.example/1.jpg"),
            (rules.validate_landing_url, "market://details?id=app"),
        ):
            with self.subTest(text):
                self.assertTrue(passes(rule, text))
                self.assertFalse(passes(rule, text + "\n"))

    def test_a_zone_that_names_no_place_is_refused(self):
        for name in ("Factory", "localtime", "asia/seoul", "Mars/Olympus"):
            self.assertFalse(passes(rules.validate_time_zone, name), name)

    def test_what_a_person_typed_is_spelled_as_the_catalog_spells_it(self):
        self.assertEqual(rules.canonical(COUNTRY, "kr"), "KR")
        with override("en"), self.assertRaisesMessage(ValidationError, "“kor” is not a two-letter"):
            rules.canonical(COUNTRY, "kor")
