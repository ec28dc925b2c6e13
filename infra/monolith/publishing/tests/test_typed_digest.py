"""What tells whether a publication is what was previewed."""

from datetime import datetime, timedelta, timezone
from typing import Any
from unittest import TestCase

from publishing.typed_digest import TypedDigest

AT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
ROW = {"public_id": "li-1", "name": "Name", "price_micros": 1, "ends_at": AT, "caps_as_text": None}


def digest(*pages: tuple[str, list[dict[str, Any]]]) -> str:
    typed = TypedDigest()
    for kind, rows in pages:
        typed.add(kind, rows)
    return typed.hexdigest()


class TypedDigestTests(TestCase):
    def test_where_pages_end_does_not_count(self):
        rows = [{**ROW, "public_id": f"li-{number}"} for number in range(5)]
        whole = digest(("line_item", rows))
        self.assertEqual(digest(("line_item", rows[:2]), ("line_item", []), ("line_item", rows[2:])), whole)
        self.assertNotEqual(digest(("line_item", rows[::-1])), whole)
        self.assertNotEqual(digest(("line_item", rows[:4])), whole)

    def test_each_value_and_its_column_and_kind_count(self):
        others = [
            {**ROW, "name": "name"},
            {**ROW, "name": "Name\n"},
            {**ROW, "price_micros": "1"},
            {**ROW, "price_micros": True},
            {**ROW, "ends_at": AT + timedelta(microseconds=1)},
            {**ROW, "ends_at": None},
            {**ROW, "caps_as_text": ""},
            {**ROW, "caps_as_text": "null"},
            {**{name: value for name, value in ROW.items() if name != "name"}, "title": "Name"},
        ]
        found = [digest(("line_item", [row])) for row in (ROW, *others)]
        found += [digest(("creative", [ROW])), digest(("creative", []), ("line_item", []))]
        self.assertEqual(len(set(found)), len(found))

    def test_the_order_of_columns_does_not_count(self):
        turned = dict(reversed(ROW.items()))
        self.assertEqual(digest(("line_item", [turned])), digest(("line_item", [ROW])))
