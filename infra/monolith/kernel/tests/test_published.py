"""The reader of published catalogs, over a table in memory. Publishing tests what it writes."""

from datetime import datetime, timezone
from typing import Any
from unittest import TestCase, mock

from kernel.published import items, reader
from kernel.published.errors import Malformed
from kernel.published.follower import CatalogFollower
from kernel.published.items import Item, PublishRecord, Row
from kernel.published.reader import PublishedCatalogs

PUBLISHED_AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=timezone.utc)
_PAGE_ITEMS = 2


class Table:
    """Answers as DynamoDB's client does, two items a page, and remembers how it was read."""

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

    def query(self, **request: Any) -> dict[str, Any]:
        partition = request["ExpressionAttributeValues"][":partition"]["S"]
        after = request.get("ExclusiveStartKey", {"sk": {"S": ""}})["sk"]["S"]
        keys = sorted(key for key in self.items if key[0] == partition and key[1] > after)
        page = [self.items[key] for key in keys[:_PAGE_ITEMS]]
        more = len(keys) > _PAGE_ITEMS
        return {"Items": page, **({"LastEvaluatedKey": items.key_of(page[-1])} if more else {})}


def publish(table: Table, version: int, rows: list[Row]) -> None:
    for row in rows:
        table.put(items.row_item(version, row))
    table.put(items.record_item(PublishRecord(version, PUBLISHED_AT, {"channel": len(rows)})))
    table.put(items.pointer_item(version))


def channels(count: int) -> list[Row]:
    return [Row("channel", f"ch-{number}", f'{{"id":"ch-{number}"}}') for number in range(count)]


class Reading(TestCase):
    def setUp(self) -> None:
        self.table = Table()
        self.catalogs = PublishedCatalogs(self.table, "catalog")

    def test_an_empty_table_has_no_version(self) -> None:
        self.assertIsNone(self.catalogs.current_version())
        self.assertIsNone(self.catalogs.last_published())
        with self.assertRaisesRegex(Malformed, "version 7 was never published"):
            self.catalogs.record(7)

    def test_a_version_is_read_over_all_its_pages(self) -> None:
        publish(self.table, 1, channels(5))
        publish(self.table, 2, channels(3))
        self.assertEqual(self.catalogs.current_version(), 2)
        self.assertEqual(list(self.catalogs.rows(1)), channels(5))
        record = PublishRecord(2, PUBLISHED_AT, {"channel": 3})
        self.assertEqual(self.catalogs.last_published(), record)

    def test_everything_but_a_lax_pointer_is_read_consistently(self) -> None:
        publish(self.table, 1, channels(1))
        list(self.catalogs.rows(1))
        self.catalogs.current_version()
        self.catalogs.current_version(is_consistent=False)
        self.assertEqual(self.table.is_consistent, [True, True, False])

    def test_a_version_that_lacks_a_row_is_refused_at_its_end(self) -> None:
        publish(self.table, 1, channels(3))
        del self.table.items["catalog#1", "channel#ch-1"]
        with self.assertRaisesRegex(Malformed, "version 1 is not whole: .*2.* of .*3"):
            list(self.catalogs.rows(1))

    def test_a_version_with_more_rows_than_its_record_counts_gives_no_more_than_those(self) -> None:
        publish(self.table, 1, channels(3))
        for number in range(7, 9):
            self.table.put(items.row_item(1, Row("channel", f"ch-{number}", "{}")))
        read = []
        with self.assertRaisesRegex(Malformed, "version 1 is not whole"):
            for row in self.catalogs.rows(1):
                read.append(row.key)
        self.assertEqual(read, ["ch-0", "ch-1", "ch-2"])

    def test_a_version_that_is_too_large_to_be_served_is_refused(self) -> None:
        publish(self.table, 1, channels(3))
        size_bytes = sum(len(row.json) for row in channels(3))
        with mock.patch.object(reader, "CATALOG_BYTES_MAX", size_bytes):
            self.assertEqual(len(list(self.catalogs.rows(1))), 3)
        with mock.patch.object(reader, "CATALOG_BYTES_MAX", size_bytes - 1):
            with self.assertRaisesRegex(Malformed, f"more than {size_bytes - 1} bytes of rows"):
                list(self.catalogs.rows(1))

    def test_an_item_that_cannot_be_read_is_malformed(self) -> None:
        publish(self.table, 1, channels(1))
        key = {"pk": {"S": "catalog#1"}, "sk": {"S": "channel"}}
        for change in (
            {**key, "row": {"S": "{}"}},
            {**items.record_key(1), "version": {"N": "1"}},
            {**items.pointer_key(), "version": {"N": "x"}},
        ):
            self.table.put(change)
        for read in (
            self.catalogs.current_version,
            lambda: self.catalogs.record(1),
            lambda: items.read_row(1, self.table.items["catalog#1", "channel"]),
        ):
            with self.assertRaisesRegex(Malformed, "^DynamoDB: "):
                read()


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
        self.table.old_pointer = items.pointer_item(1)
        self.assertEqual(self.follower.current_version(), 2)
        self.assertEqual(self.table.is_consistent, [False, False, True])

    def test_a_table_that_was_emptied_has_no_version(self) -> None:
        publish(self.table, 2, channels(1))
        self.follower.current_version()
        self.table.items.clear()
        self.assertIsNone(self.follower.current_version())
        publish(self.table, 1, channels(1))
        self.assertEqual(self.follower.current_version(), 1)
