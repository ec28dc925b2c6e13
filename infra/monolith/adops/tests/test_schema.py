"""Holds the rules to the catalog's JSON Schema, which the functions are held to as well."""

import json
import re

from django.core.exceptions import ValidationError
from django.test import SimpleTestCase

from adops.models import CapKind, FirstSlot, Pricing, Rating, Tier
from adops.rules import codes, schedule, urls
from adops.rules.targeting import DIMENSIONS, Shape
from config.environment import REPOSITORY

SCHEMA = json.loads(
    (REPOSITORY / "tests" / "fixtures" / "schemas" / "catalog.schema.json").read_text("utf-8")
)
DEFINITIONS = SCHEMA["$defs"]


def items_of(condition: dict, member: str) -> dict:
    items = condition["properties"][member]["items"]
    return DEFINITIONS[items["$ref"].rsplit("/", 1)[1]] if "$ref" in items else items


class SchemaTests(SimpleTestCase):
    def test_patterns_are_those_of_the_schema(self):
        for name, pattern in {
            "id": codes.ID_PATTERN,
            "country": codes.COUNTRY_PATTERN,
            "region": codes.REGION_PATTERN,
            "language": codes.LANGUAGE_PATTERN,
            "currency": codes.CURRENCY_PATTERN,
            "image_url": urls.IMAGE_URL_PATTERN,
            "landing_url": urls.LANDING_URL_PATTERN,
        }.items():
            with self.subTest(name):
                self.assertEqual(DEFINITIONS[name]["pattern"], pattern)

    def test_choices_are_those_of_the_schema(self):
        line_item = DEFINITIONS["line_item"]["properties"]
        mix = DEFINITIONS["unit"]["properties"]["mix"]["properties"]
        cap = DEFINITIONS["cap"]["properties"]
        day = DEFINITIONS["daypart"]["properties"]["days"]["items"]
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

    def test_targeting_has_the_dimensions_of_the_schema_with_their_members_and_values(self):
        conditions = DEFINITIONS["targeting"]["properties"]
        self.assertEqual(set(DIMENSIONS), set(conditions))
        for name, dimension in DIMENSIONS.items():
            condition = conditions[name]
            if "$ref" in condition:
                condition = DEFINITIONS[condition["$ref"].rsplit("/", 1)[1]]
            if dimension.shape not in (Shape.ALLOW_DENY, Shape.SET):
                continue
            with self.subTest(name):
                self.assertEqual(dimension.shape.members, tuple(condition["properties"]))
                for member in dimension.shape.members:
                    values = items_of(condition, member)
                    self.assertEqual(list(dimension.choices), values.get("enum", []))

    def test_values_at_the_edges_pass_or_fail_as_they_do_in_the_schema(self):
        version = DEFINITIONS["version_or_none"]["pattern"]
        texts = ("", "0", "1.2.3.4", "1.2.3.4.5", "65535", "65536", "1.", "١", "99999", "1\n", "+1")
        for text in texts:
            with self.subTest(text):
                is_valid = bool(re.fullmatch(version, text, re.ASCII))
                self.assertEqual(is_valid, passes(codes.validate_version, text))

    def test_a_line_end_does_not_slip_through_any_pattern(self):
        for rule, text in (
            (codes.validate_id, "li-1"),
            (codes.validate_country, "KR"),
            (codes.validate_region, "KR-11"),
            (codes.validate_language, "ko"),
            (codes.validate_currency, "KRW"),
            (urls.validate_image_url, "https://cdn.example/1.jpg"),
            (urls.validate_landing_url, "market://details?id=app"),
        ):
            with self.subTest(text):
                self.assertTrue(passes(rule, text))
                self.assertFalse(passes(rule, text + "\n"))


def passes(rule, value: object) -> bool:
    try:
        rule(value)
    except ValidationError:
        return False
    return True
