"""The table of targeting dimensions, held to the catalog's schema."""

from typing import Any
from unittest import TestCase

from kernel.dimensions import DIMENSION_BY_FIELD, DIMENSIONS, Dimension, Shape
from kernel.schema import definitions


def condition_of(dimension: Dimension) -> dict[str, Any]:
    """The schema of a dimension's condition."""
    return resolved(definitions()["targeting"]["properties"][dimension.field])


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schema
    if "$ref" in schema:
        found = definitions()[schema["$ref"].rsplit("/", 1)[1]]
    return found


def definition_of_values(dimension: Dimension) -> str | None:
    """The schema's definition that the values of a condition must have, if it has a name."""
    condition = condition_of(dimension)
    if dimension.shape is Shape.KEY_VALUES:
        condition = resolved(condition["additionalProperties"])
    members = dimension.shape.members or ("allow",)
    member = condition["properties"][members[0]]
    reference = member.get("items", member).get("$ref", "")
    return reference.rsplit("/", 1)[1] if reference else None


class Table(TestCase):
    def test_the_table_has_the_conditions_of_the_schema_and_no_other(self) -> None:
        self.assertEqual(set(DIMENSION_BY_FIELD), set(definitions()["targeting"]["properties"]))
        self.assertEqual(len(DIMENSION_BY_FIELD), len(DIMENSIONS))
        self.assertEqual(len({dimension.name for dimension in DIMENSIONS}), len(DIMENSIONS))

    def test_a_condition_has_the_members_and_the_words_that_the_schema_names(self) -> None:
        for dimension in DIMENSIONS:
            if not dimension.shape.members:
                continue
            condition = condition_of(dimension)
            with self.subTest(dimension.name):
                self.assertEqual(dimension.shape.members, tuple(condition["properties"]))
                if dimension.vocabulary is None or dimension.shape is Shape.VERSIONS:
                    continue
                for member in dimension.shape.members:
                    values = resolved(condition["properties"][member]["items"])
                    self.assertEqual(list(dimension.vocabulary.words), values.get("enum", []))

    def test_a_conditions_values_have_the_vocabulary_that_the_schema_names(self) -> None:
        checked = 0
        for dimension in DIMENSIONS:
            vocabulary = dimension.vocabulary
            if vocabulary is None or vocabulary.words:
                continue
            with self.subTest(dimension.name):
                self.assertEqual(definition_of_values(dimension), vocabulary.name)
                checked += 1
        self.assertGreaterEqual(checked, 13)

    def test_a_word_of_a_condition_is_one_of_the_schemas(self) -> None:
        (dimension,) = [one for one in DIMENSIONS if one.shape is Shape.WORD]
        assert dimension.vocabulary is not None
        words = [word for word in condition_of(dimension)["enum"] if word is not None]
        self.assertEqual(list(dimension.vocabulary.words), words)
