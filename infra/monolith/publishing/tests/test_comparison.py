import random
from collections import Counter
from unittest import TestCase, mock

from kernel.published.chunks import Chunk, line_of, pack
from kernel.published.errors import Malformed
from kernel.published.row import Row
from publishing import comparison, side_by_side
from publishing.comparison import IDS_MAX, KindChanges
from publishing.side_by_side import Pair
from publishing.tests.local_dynamodb import channels


def packed(rows: list[Row], rows_per_chunk: int = 2) -> list[Chunk]:
    """Rows in chunks of a few."""
    lines = [line_of(row) for row in rows]
    starts = range(0, len(lines), rows_per_chunk)
    return [chunk for start in starts for chunk in pack(lines[start : start + rows_per_chunk])]


def compare(old: list[Row], new: list[Row]) -> dict[str, KindChanges]:
    return comparison.compare(packed(old), packed(new))


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

    def test_chunks_may_begin_at_other_rows_on_both_sides(self):
        rows = channels("same", 9)
        changed = [*rows[:4], rows[4]._replace(json="{}"), *rows[5:]]
        for before, after in ((1, 2), (2, 3), (3, 9), (9, 1)):
            with self.subTest(before=before, after=after):
                changes = comparison.compare(packed(rows, before), packed(changed, after))
                self.assertEqual(changes["channel"].changed_ids, ["ch-00004"])

    def test_chunks_of_equal_bytes_are_not_opened(self):
        old, new = channels("same", 10), [*channels("same", 9), Row("channel", "ch-00009", "{}")]
        with mock.patch("publishing.side_by_side.lines_of", wraps=side_by_side.lines_of) as opened:
            changes = compare(old, new)
        self.assertEqual(changes["channel"].changed_ids, ["ch-00009"])
        self.assertEqual(opened.call_count, 2)

    def test_it_finds_what_two_dictionaries_differ_by_wherever_chunks_begin(self):
        for seed in range(200):
            drawn = random.Random(seed)
            old, new = (drawn_rows(drawn), drawn_rows(drawn))
            expected = [
                (old.get(place), new.get(place))
                for place in sorted(old.keys() | new.keys())
                if old.get(place) != new.get(place)
            ]
            sides = [packed(list(rows.values()), drawn.randrange(1, 7)) for rows in (old, new)]
            with self.subTest(seed=seed):
                self.assertEqual(list(comparison.unlike(*sides)), expected)
                changes = comparison.compare(*sides)
                counted = Counter(
                    (kind, what)
                    for kind, change in changes.items()
                    for what in ("added", "changed", "removed")
                    for _ in range(getattr(change, what))
                )
                self.assertEqual(counted, Counter(map(what_became, expected)))

    def test_what_is_no_row_is_malformed(self):
        (wrong,) = pack([b"channel\tch-1\n"])
        with self.assertRaises(Malformed):
            comparison.compare([wrong], packed(channels("new", 3)))


def drawn_rows(drawn: random.Random) -> dict[tuple[str, str], Row]:
    """Some of a few possible rows, by their places and in their order."""
    rows = [
        Row(kind, f"k{n}", drawn.choice(('{"a":1}', '{"a":2}')))
        for kind in ("campaign", "channel", "unit")
        for n in range(8)
        if drawn.random() < 0.6
    ]
    return {row[:2]: row for row in rows}


def what_became(pair: Pair) -> tuple[str, str]:
    before, after = pair
    if before is None or after is None:
        return (after.kind, "added") if after else (before.kind, "removed") if before else ("", "")
    return after.kind, "changed"
