"""The reader of published catalogs, over a table in memory. Publishing tests what it writes."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any
from unittest import TestCase, mock

import zstandard

from kernel.published import items, reader
from kernel.published.batch import get_items
from kernel.published.chunks import Chunk, digest_of, line_of, pack, rows_of
from kernel.published.errors import Malformed, Unavailable
from kernel.published.follower import CatalogFollower
from kernel.published.items import Item, PublishRecord, RowsManifest
from kernel.published.reader import PublishedCatalogs
from kernel.published.row import Row

PUBLISHED_AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=timezone.utc)
# What one answer holds of the items that a request asks for.
_ANSWERED_ITEMS = 2


class Table:
    """Answers as DynamoDB's client does, two items an answer, and remembers how it was read."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Item] = {}
        # The pointer that eventually consistent reads still see; None where they see the last one.
        self.old_pointer: Item | None = None
        self.is_consistent: list[bool] = []

    def put(self, item: Item) -> None:
        self.items[item["pk"]["S"], item["sk"]["S"]] = item

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.is_consistent.append(request["ConsistentRead"])
        key = request["Key"]
        if key == items.pointer_key() and self.old_pointer and not request["ConsistentRead"]:
            return {"Item": self.old_pointer}
        found = self.items.get((key["pk"]["S"], key["sk"]["S"]))
        return {} if found is None else {"Item": found}

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        ((table, asked),) = request["RequestItems"].items()
        self.is_consistent.append(asked["ConsistentRead"])
        keys = [(key["pk"]["S"], key["sk"]["S"]) for key in asked["Keys"]]
        found = [self.items[key] for key in keys[:_ANSWERED_ITEMS] if key in self.items]
        rest = {"Keys": asked["Keys"][_ANSWERED_ITEMS:], "ConsistentRead": True}
        # Answers have no order.
        return {
            "Responses": {table: found[::-1]},
            "UnprocessedKeys": {table: rest} if rest["Keys"] else {},
        }


def publish(table: Table, version: int, rows: list[Row]) -> None:
    """Publishes each row in a chunk of its own."""
    chunks = [chunk for row in rows for chunk in pack([line_of(row)])]
    digest = digest_of(chunk.sha256 for chunk in chunks)
    raw_bytes = sum(len(line_of(row)) for row in rows)
    counts = {"channel": len(rows)}
    for index, chunk in enumerate(chunks):
        table.put(items.rows_chunk_item(version, index, chunk))
    manifest = RowsManifest(digest, len(chunks), counts, raw_bytes)
    table.put(items.rows_manifest_item(version, manifest))
    table.put(items.record_item(PublishRecord(version, PUBLISHED_AT, counts, digest)))
    table.put(items.pointer_item(version, digest))


def channels(count: int) -> list[Row]:
    return [Row("channel", f"ch-{number:02}", f'{{"id":"ch-{number:02}"}}') for number in range(count)]


class Threads(TestCase):
    def test_threads_pack_and_unpack_at_the_same_time(self) -> None:
        rows = [Row("units", f"u-{number}", json.dumps({"id": number})) for number in range(20_000)]
        (chunk,) = pack([line_of(row) for row in rows])

        def again(_: int) -> bool:
            return pack([line_of(row) for row in rows_of(chunk)]) == [chunk]

        with ThreadPoolExecutor(8) as threads:
            self.assertEqual(set(threads.map(again, range(40))), {True})


class Reading(TestCase):
    def setUp(self) -> None:
        patch = mock.patch("kernel.published.batch.time.sleep")
        patch.start()
        self.addCleanup(patch.stop)
        self.table = Table()
        self.catalogs = PublishedCatalogs(self.table, "catalog")

    def test_an_empty_table_has_no_version(self) -> None:
        self.assertIsNone(self.catalogs.current_version())
        self.assertIsNone(self.catalogs.last_published())
        with self.assertRaisesRegex(Malformed, "version 7 was never published"):
            self.catalogs.record(7)

    def test_a_version_is_read_over_all_its_chunks(self) -> None:
        publish(self.table, 1, channels(40))
        publish(self.table, 2, channels(3))
        self.assertEqual(self.catalogs.current_version(), 2)
        self.assertEqual(list(self.catalogs.rows(1)), channels(40))
        record = self.catalogs.last_published()
        assert record is not None
        self.assertEqual((record.version, record.published_at), (2, PUBLISHED_AT))
        self.assertEqual(record.row_counts, {"channel": 3})

    def test_everything_but_a_lax_pointer_is_read_consistently(self) -> None:
        publish(self.table, 1, channels(1))
        list(self.catalogs.rows(1))
        self.catalogs.current_version()
        self.catalogs.current_version(is_consistent=False)
        self.assertEqual(self.table.is_consistent, [True, True, True, True, False])

    def test_a_version_that_lacks_a_chunk_or_has_another_one_is_refused(self) -> None:
        publish(self.table, 1, channels(3))
        whole = dict(self.table.items)
        name = ("rows#000000000001#01", "000001")
        of_another = items.rows_chunk_item(1, 1, pack([line_of(channels(9)[8])])[0])
        for item, problem in (
            (None, "chunk 1 of version 1 is missing"),
            ({**whole[name], "sha256": {"B": b"x"}}, "chunk 1 of version 1 has another digest than its own"),
            ({**whole[name], "data": {"S": "x"}}, "chunk 1 of version 1 cannot be read"),
            (of_another, "the chunks of version 1 are not those of its manifest"),
        ):
            with self.subTest(problem):
                self.table.items = dict(whole)
                if item is None:
                    del self.table.items[name]
                else:
                    self.table.put(item)
                with self.assertRaisesRegex(Malformed, problem):
                    list(self.catalogs.rows(1))

    def test_rows_that_are_not_the_published_ones_are_refused(self) -> None:
        publish(self.table, 1, channels(3))
        record = self.catalogs.record(1)
        for digest, problem in (
            ("", "has the layout of before"),
            ("0" * 64, "not those that were published"),
        ):
            self.table.put(items.record_item(PublishRecord(1, PUBLISHED_AT, record.row_counts, digest)))
            with self.assertRaisesRegex(Malformed, problem):
                list(self.catalogs.rows(1))
        del self.table.items["rows#000000000001", "manifest"]
        with self.assertRaisesRegex(Malformed, "not those that were published"):
            list(self.catalogs.rows(1))

    def test_a_version_that_is_too_large_to_be_served_is_refused(self) -> None:
        publish(self.table, 1, channels(3))
        size_bytes = sum(len(line_of(row)) for row in channels(3))
        with mock.patch.object(reader, "CATALOG_BYTES_MAX", size_bytes):
            self.assertEqual(len(list(self.catalogs.rows(1))), 3)
        with mock.patch.object(reader, "CATALOG_BYTES_MAX", size_bytes - 1):
            with self.assertRaisesRegex(Malformed, f"more than {size_bytes - 1} bytes of rows"):
                list(self.catalogs.rows(1))

    def test_an_item_that_cannot_be_read_is_malformed(self) -> None:
        publish(self.table, 1, channels(1))
        for change in (
            {**items.rows_manifest_key(1), "digest": {"S": "0"}},
            {**items.record_key(1), "version": {"N": "1"}},
            {**items.pointer_key(), "version": {"N": "x"}},
        ):
            self.table.put(change)
        for read in (
            self.catalogs.current_version,
            lambda: self.catalogs.record(1),
            lambda: self.catalogs.manifest(1),
        ):
            with self.assertRaisesRegex(Malformed, "^DynamoDB: "):
                read()


class Chunks(TestCase):
    def test_rows_are_lines_of_a_frame(self) -> None:
        rows = [Row("channel", "ch-1", '{"name":"한\u2028 "}'), Row("rates", "li-1#u-1", "{}")]
        (chunk,) = pack([line_of(row) for row in rows])
        self.assertEqual(list(rows_of(chunk)), rows)

    def test_what_has_no_place_in_a_line_is_refused_and_named(self) -> None:
        for row in (Row("unit", "a\tb", "{}"), Row("unit", "a\nb", "{}"), Row("unit", "u", '"\ud800"')):
            with self.assertRaisesRegex(
                Malformed, f"unit {row.key!r}: .* cannot be published".replace("\\", ".")
            ):
                line_of(row)

    def test_lines_that_are_too_many_or_compress_badly_make_several_chunks(self) -> None:
        drawn = random.Random(7)
        for text, count in (("x" * 100_000, 25), (None, 40)):
            jsons = [json.dumps(text or drawn.randbytes(50_000).hex()) for _ in range(count)]
            rows = [Row("channel", f"ch-{n:02}", each) for n, each in enumerate(jsons)]
            chunks = pack([line_of(row) for row in rows])
            self.assertGreater(len(chunks), 2)
            self.assertLessEqual(max(len(chunk.data) for chunk in chunks), 350_000)
            self.assertEqual([row for chunk in chunks for row in rows_of(chunk)], rows)

    def test_a_row_that_no_item_can_hold_is_named(self) -> None:
        for json_text in ("x" * 1_000_000, random.Random(7).randbytes(400_000).hex()):
            with self.assertRaisesRegex(Malformed, "channel 'ch-1': the row is too large"):
                pack([line_of(Row("channel", "ch-1", json_text))])

    def test_what_is_no_chunk_of_rows_is_malformed(self) -> None:
        large = zstandard.ZstdCompressor().compress(b"x" * 3_000_000)
        for data in (
            b"",
            b"no frame",
            zstandard.compress(b"no row\n"),
            zstandard.compress(b"a\tb\tc"),
            large,
        ):
            with self.assertRaises(Malformed):
                list(rows_of(Chunk.of(data)))

    def test_a_table_that_never_answers_all_is_too_busy(self) -> None:
        client = mock.Mock()
        client.batch_get_item.return_value = {"UnprocessedKeys": {"t": {"Keys": [items.pointer_key()]}}}
        with mock.patch("kernel.published.batch.time.sleep") as slept:
            with self.assertRaisesRegex(Unavailable, "too busy to read, 8 times"):
                get_items(client, "t", [items.pointer_key()])
        self.assertEqual(slept.call_count, 7)


class Following(TestCase):
    def setUp(self) -> None:
        self.table = Table()
        patch = mock.patch("kernel.published.follower.connect", return_value=self.table)
        self.connect = patch.start()
        self.addCleanup(patch.stop)
        self.follower = CatalogFollower("catalog", "local", None)

    def test_it_connects_when_it_is_used_and_once_for_each_deadline(self) -> None:
        self.connect.assert_not_called()
        publish(self.table, 1, channels(1))
        for _ in range(3):
            self.assertEqual(self.follower.current_version(), 1)
            self.assertEqual(list(self.follower.rows(1)), channels(1))
        deadlines = [call.kwargs["attempt_timeout_seconds"] for call in self.connect.mock_calls]
        self.assertEqual(deadlines, [1.0, 3.0, 0.115])

    def test_a_pointer_that_goes_back_is_read_again_consistently(self) -> None:
        publish(self.table, 2, channels(1))
        self.assertEqual(self.follower.current_version(), 2)
        self.table.old_pointer = items.pointer_item(1, "0" * 64)
        self.assertEqual(self.follower.current_version(), 2)
        self.assertEqual(self.table.is_consistent, [False, False, True])

    def test_a_table_that_was_emptied_has_no_version(self) -> None:
        publish(self.table, 2, channels(1))
        self.follower.current_version()
        self.table.items.clear()
        self.assertIsNone(self.follower.current_version())
        publish(self.table, 1, channels(1))
        self.assertEqual(self.follower.current_version(), 1)
