"""Rows that are packed: where chunks end, and what is refused."""

import random

from django.test import SimpleTestCase

from kernel.published.chunks import Chunk, rows_of
from kernel.published.errors import Malformed
from kernel.published.page import Page, pages_of
from kernel.published.row import Row
from publishing.packed_rows import PackedRows


def channels(*keys: str) -> Page:
    return Page("channel", list(keys), [b"{}"] * len(keys))


def packed(pages: list[Page]) -> list[Chunk]:
    with PackedRows() as rows:
        for page in pages:
            rows.add(page)
        return list(rows.chunks())


class PackedRowsTests(SimpleTestCase):
    def test_chunks_end_at_the_same_rows_wherever_pages_end(self):
        drawn = random.Random(7)
        rows = [
            Row(kind, f"{kind}-{n:05}", f'"{drawn.randbytes(drawn.randrange(300)).hex()}"')
            for kind in ("campaign", "creative")
            for n in range(9_000)
        ]
        whole = packed(list(pages_of(rows)))
        self.assertGreater(len(whole), 4)
        self.assertEqual([row for chunk in whole for row in rows_of(chunk)], rows)

        single = [page for row in rows for page in pages_of([row])]
        self.assertEqual(packed(single), whole)

    def test_bytes_and_rows_are_counted(self):
        with PackedRows() as rows:
            rows.add(channels("a", "b"))
            rows.add(Page("unit", ["한"], [b"{}"]))
            manifest = rows.manifest()
        self.assertEqual(manifest.row_counts, {"channel": 2, "unit": 1})
        self.assertEqual(manifest.raw_bytes, len("channel\ta\t{}\nchannel\tb\t{}\nunit\t한\t{}\n".encode()))
        self.assertEqual(manifest.chunks, 2)

    def test_a_row_that_does_not_come_behind_the_last_one_is_refused_and_named(self):
        for pages, expected in (
            ([channels("a", "a")], "channel 'a': there are two rows with this key"),
            ([channels("b"), channels("b")], "channel 'b': there are two rows with this key"),
            ([channels("a", "c", "b", "d")], "channel 'b': it is out of order"),
            ([channels("b"), channels("a")], "channel 'a': it is out of order"),
            ([Page("unit", ["u"], [b"{}"]), channels("z")], "channel 'z': it is out of order"),
        ):
            with self.subTest(expected), self.assertRaisesMessage(Malformed, expected):
                packed(pages)

    def test_a_chunk_that_is_added_whole_must_come_behind_the_last_row_too(self):
        (chunk,) = packed([channels("a", "b")])
        with PackedRows() as rows:
            rows.add_chunk(chunk)
            rows.add(channels("c"))
            self.assertEqual((rows.counts["channel"], len(list(rows.chunks()))), (3, 2))
            with self.assertRaisesMessage(Malformed, "channel 'a': it is out of order"):
                rows.add_chunk(chunk)
