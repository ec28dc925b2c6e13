"""Conditions as published: what they admit, and which of them admit nothing."""

from typing import Any
from unittest import TestCase

from allocation.catalog.targeting.targeting import read_targeting
from kernel.dimensions import DIMENSIONS, Shape

# For each shape: conditions that contradict themselves, and conditions that some value satisfies.
_CASES: dict[Shape, tuple[list[Any], list[Any]]] = {
    Shape.ALLOW_DENY: ([{"allow": ["KR"], "deny": ["KR", "JP"]}], [{"allow": ["KR", "JP"]}]),
    Shape.FOLDED_ALLOW_DENY: (
        [{"allow": ["ACME"], "deny": ["acme"]}],
        [{"allow": ["Ä"], "deny": ["ä"]}, {"deny": ["acme"]}],
    ),
    Shape.SET: (
        [{"any": ["a"], "none": ["a", "b"]}, {"all": ["a", "b"], "none": ["b"]}],
        [{"any": ["a", "b"], "none": ["b"]}, {"none": ["a"]}],
    ),
    Shape.VERSIONS: (
        [{"min": "2", "max": "1.9.9"}],
        [{"min": "2", "max": "2.0"}, {"min": "2"}, {"max": "1"}],
    ),
    Shape.AGES: (
        [[{"min": 30, "max": 29}], [{"min": 2, "max": 1}, {"min": 4, "max": 3}]],
        [[{"min": 30, "max": 29}, {"min": 18}], [{"min": 18, "max": 18}], [{}]],
    ),
    Shape.CIRCLES: (
        [],
        [[{"latitude_microdegrees": 0, "longitude_microdegrees": 0, "radius_meters": 0}]],
    ),
    Shape.WORD: ([], ["new"]),
    Shape.KEY_VALUES: (
        [{"tier": {"allow": ["1"]}, "club": {"allow": ["a"], "deny": ["a"]}}],
        [{"tier": {"allow": ["1"], "deny": ["2"]}}],
    ),
}


class Conditions(TestCase):
    def test_a_condition_that_contradicts_itself_admits_nothing(self) -> None:
        for shape, (contradictions, others) in _CASES.items():
            # Of the dimensions with a shape, one whose vocabulary has the values of the cases.
            dimension = next(
                one for one in DIMENSIONS if one.shape is shape and one.name not in ("unit", "app")
            )
            for conditions, admits_nothing in ((contradictions, True), (others, False)):
                for condition in conditions:
                    with self.subTest(dimension.name, condition=condition):
                        targeting = read_targeting({dimension.field: condition})
                        found = targeting.conditions[dimension.name]
                        self.assertEqual(found.admits_nothing(), admits_nothing)

    def test_every_shape_has_cases(self) -> None:
        self.assertEqual(set(_CASES), {dimension.shape for dimension in DIMENSIONS})

    def test_a_condition_that_asks_for_nothing_is_none(self) -> None:
        empty: dict[Shape, Any] = {
            Shape.AGES: [],
            Shape.CIRCLES: [],
            Shape.WORD: None,
        }
        targeting = {dimension.field: empty.get(dimension.shape, {}) for dimension in DIMENSIONS}
        self.assertEqual(read_targeting(targeting).conditions, {})
        self.assertTrue(read_targeting({}).admits("country", None))

    def test_a_code_that_no_request_has_is_refused(self) -> None:
        for field, code in [("countries", "kr"), ("regions", "kr-11"), ("languages", "ko-KR")]:
            with self.subTest(field), self.assertRaisesRegex(ValueError, f"'{code}' is not"):
                read_targeting({field: {"deny": [code]}})
