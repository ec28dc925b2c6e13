"""The one copy of the catalog's schema."""

from pathlib import Path
from unittest import TestCase

from kernel.kinds import KINDS
from kernel.schema import SCHEMA_FILE, NotOfSchema, definitions, require_form

REPOSITORY = Path(__file__).resolve().parents[4]


class Schema(TestCase):
    def test_the_fixture_is_this_file(self) -> None:
        fixture = REPOSITORY / "tests" / "fixtures" / "schemas" / "catalog.schema.json"
        self.assertTrue(fixture.is_symlink())
        self.assertEqual(fixture.resolve(), SCHEMA_FILE)

    def test_every_kind_of_rows_has_a_definition_with_its_key(self) -> None:
        for kind in KINDS:
            with self.subTest(kind.name):
                required = definitions()[kind.name]["required"]
                self.assertLessEqual(set(kind.key_fields), set(required))

    def test_a_row_is_refused_with_the_member_that_is_wrong(self) -> None:
        require_form("channel", {"id": "ch-1", "name": "News"})
        for row, problem in (
            ({"id": "ch-1"}, r"must contain \['name'\]"),
            ({"id": "ch 1", "name": "News"}, "^id must match pattern"),
            ([], "must be object"),
        ):
            with self.subTest(problem), self.assertRaisesRegex(NotOfSchema, problem):
                require_form("channel", row)
