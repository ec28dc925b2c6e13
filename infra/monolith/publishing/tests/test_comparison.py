from unittest import TestCase

from kernel.published.row import Row
from publishing.comparison import IDS_MAX, compare
from publishing.tests.local_dynamodb import channels


class CompareTests(TestCase):
    def test_equal_versions_have_no_changes(self):
        self.assertEqual(compare(channels("a", 3), channels("a", 3)), {})
        self.assertEqual(compare([], []), {})

    def test_rows_are_added_changed_and_removed_by_key(self):
        old = [Row("channel", key, "{}") for key in ("b", "c", "d")]
        new = [Row("channel", "a", "{}"), Row("channel", "c", '{"x":1}'), Row("unit", "d", "{}")]

        changes = compare(old, new)

        channel, unit = changes["channel"], changes["unit"]
        self.assertEqual(
            (channel.added_ids, channel.changed_ids, channel.removed_ids),
            (["a"], ["c"], ["b", "d"]),
        )
        self.assertEqual((unit.added, unit.changed, unit.removed), (1, 0, 0))

    def test_the_same_row_written_otherwise_has_not_changed(self):
        old, new = Row("unit", "u", '{"a":1,"b":[]}'), Row("unit", "u", '{ "b": [], "a": 1 }')
        self.assertEqual(compare([old], [new]), {})

    def test_keys_are_ordered_as_bytes_as_the_store_does(self):
        # As text of UTF-16 the second would come first.
        rows = [Row("unit", "\ufb00", "{}"), Row("unit", "\U00010000", "{}")]
        self.assertEqual(compare(rows, rows), {})
        self.assertEqual(compare(rows, rows[1:])["unit"].removed_ids, ["\ufb00"])

    def test_all_are_counted_and_the_first_are_named(self):
        changes = compare([], channels("many", IDS_MAX + 5))["channel"]
        self.assertEqual((changes.added, len(changes.added_ids)), (IDS_MAX + 5, IDS_MAX))
        self.assertEqual(changes.added_ids[0], "ch-00000")
