import json
import random
from datetime import datetime, timezone
from unittest import mock

from django.test import SimpleTestCase

from kernel.published import items
from kernel.published.chunks import Chunk, digest_of, line_of, pack
from kernel.published.client import connect
from kernel.published.errors import Malformed, Unavailable
from kernel.published.items import PublishRecord, RowsManifest
from kernel.published.row import Row
from publishing.dynamodb.draft import Draft
from publishing.dynamodb.store import CatalogStore
from publishing.dynamodb.transactions import Conflict
from publishing.tests.local_dynamodb import WithDynamoDB, channels

PUBLISHED_AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=timezone.utc)


def packed(rows: list[Row], rows_per_chunk: int = 100) -> list[Chunk]:
    lines = [line_of(row) for row in rows]
    starts = range(0, len(lines), rows_per_chunk)
    return [chunk for start in starts for chunk in pack(lines[start : start + rows_per_chunk])]


def manifest_of(chunks: list[Chunk], rows: list[Row]) -> RowsManifest:
    raw_bytes = sum(len(line_of(row)) for row in rows)
    digest = digest_of(chunk.sha256 for chunk in chunks)
    return RowsManifest(digest, len(chunks), {"channel": len(rows)}, raw_bytes)


def write(draft: Draft, rows: list[Row], rows_per_chunk: int = 100) -> None:
    chunks = packed(rows, rows_per_chunk)
    draft.write(chunks, manifest_of(chunks, rows), lambda written: None)


def record(version: int, rows: list[Row]) -> PublishRecord:
    digest = digest_of(chunk.sha256 for chunk in packed(rows))
    return PublishRecord(version, PUBLISHED_AT, {"channel": len(rows)}, digest)


def publish(store: CatalogStore, version: int, rows: list[Row]) -> None:
    draft = store.begin(version)
    write(draft, rows)
    draft.publish(record(version, rows))


class PublishingTests(WithDynamoDB):
    def test_versions_follow_one_another_and_older_ones_stay(self):
        for version in (1, 2, 3):
            publish(self.store, version, channels(f"v{version}", 3))

        self.assertEqual(self.store.last_published(), record(3, channels("v3", 3)))
        self.assertEqual(list(self.store.rows(1)), channels("v1", 3))

    def test_nothing_is_published_in_an_empty_table(self):
        self.assertIsNone(self.store.last_published())
        with self.assertRaisesMessage(Malformed, "version 7 was never published, or has been deleted"):
            next(self.store.rows(7))

    def test_rust_reads_the_version_and_what_it_holds(self):
        publish(self.store, 1, channels("first", 250))
        publish(self.store, 2, channels("second", 2))

        shown = self.dynamodb.catalog_cli(self.table, "show")
        self.assertEqual(
            shown.stdout, "version 2, published at 2026-11-23T01:02:03Z: 2 channels\n", shown.stderr
        )
        # Rolling back reads and compiles all of a version.
        rolled_back = self.dynamodb.catalog_cli(self.table, "rollback", "1")
        self.assertIn("published version 3, the rows of version 1 again", rolled_back.stdout)
        self.assertEqual(list(self.store.rows(3)), channels("first", 250))

    def test_what_rust_publishes_is_read_here(self):
        publish(self.store, 1, channels("here", 3))
        publish(self.store, 2, channels("other", 4))
        self.dynamodb.catalog_cli(self.table, "rollback", "1")

        last = self.last_published()
        self.assertEqual((last.version, last.row_counts), (3, {"channel": 3}))
        publish(self.store, 4, channels("here again", 1))
        self.assertIn("version 4", self.dynamodb.catalog_cli(self.table, "show").stdout)

    def test_a_published_version_can_neither_be_written_nor_published_again(self):
        publish(self.store, 1, channels("first", 3))

        with self.assertRaisesMessage(Conflict, "version 1 is published already"):
            self.store.begin(1)
        self.assertEqual(list(self.store.rows(1)), channels("first", 3))

    def test_the_publisher_that_claims_a_version_last_publishes_it(self):
        first, second = self.store.begin(1), self.store.begin(1)

        reason = "another publisher has claimed version 1, or has published it"
        with self.assertRaisesMessage(Conflict, reason):
            write(first, channels("first", 250))
        write(second, channels("second", 120))
        with self.assertRaisesMessage(Conflict, reason):
            first.publish(record(1, channels("first", 250)))
        second.publish(record(1, channels("second", 120)))
        self.assertEqual(list(self.store.rows(1)), channels("second", 120))

    def test_what_an_interrupted_publisher_left_behind_is_in_no_version(self):
        publish(self.store, 1, channels("served", 1))
        write(self.store.begin(2), channels("left behind", 301), rows_per_chunk=3)
        self.assertEqual(self.last_published().version, 1)

        publish(self.store, 2, channels("whole", 2))

        self.assertEqual(list(self.store.rows(2)), channels("whole", 2))
        claims = [item for item in self.items() if item["pk"]["S"] == "claim"]
        self.assertEqual(claims, [])

    def test_progress_is_told_after_each_transaction(self):
        rows = channels("many", 250)
        chunks = packed(rows, 1)
        told: list[int] = []
        self.store.begin(1).write(iter(chunks), manifest_of(chunks, rows), told.append)

        self.assertEqual(told, [99, 198, 250])

    def test_chunks_that_are_large_together_are_spread_over_transactions(self):
        rows = [
            Row("channel", f"ch-{n}", json.dumps(random.Random(n).randbytes(160_000).hex()))
            for n in range(20)
        ]
        chunks = packed(rows, 2)
        self.assertGreater(sum(len(chunk.data) for chunk in chunks), 3 * 1024 * 1024)
        draft = self.store.begin(1)
        told: list[int] = []
        draft.write(chunks, manifest_of(chunks, rows), told.append)

        self.assertGreater(len(told), 1)
        self.assertEqual(told[-1], len(chunks))
        digest = digest_of(chunk.sha256 for chunk in chunks)
        draft.publish(PublishRecord(1, PUBLISHED_AT, {"channel": 20}, digest))
        self.assertEqual(list(self.store.rows(1)), rows)

    def test_chunks_are_spread_over_sixteen_partitions(self):
        rows = channels("many", 33)
        chunks = packed(rows, 1)
        self.store.begin(7).write(chunks, manifest_of(chunks, rows), lambda written: None)
        keys = {(item["pk"]["S"], item["sk"]["S"]) for item in self.items()}
        self.assertEqual(
            {sk for pk, sk in keys if pk == "rows#000000000007#00"}, {"000000", "000016", "000032"}
        )
        self.assertEqual(len({pk for pk, _ in keys if pk.startswith("rows#000000000007#")}), 16)
        self.assertIn(("rows#000000000007", "manifest"), keys)

    def test_what_the_compiler_wrote_goes_with_its_version(self):
        publish(self.store, 1, channels("old", 3))
        publish(self.store, 2, channels("new", 3))
        digest = self.store.record(1).digest
        for each in (1_020, 3_020):
            chunk = {"pk": {"S": items.blob_partitions(each, 1, digest)[3]}, "sk": {"S": "000003"}}
            note = {"pk": {"S": items.BLOB_FORMATS}, "sk": {"S": str(each)}}
            for key in (items.blob_manifest_key(each, 1, digest), chunk, note):
                self.dynamodb.client.put_item(TableName=self.table, Item=key)

        self.assertEqual([r.version for r in self.store.oldest_records(1, 3)], [1])
        self.store.delete_version(self.store.record(1))

        left = {item["pk"]["S"].split("#")[0] + item["sk"]["S"] for item in self.items()}
        self.assertEqual(
            left - {"blob1020", "blob3020"},
            {"rowsmanifest", "rows000000", "publish000000000002", "pointercatalog"},
        )
        self.assertEqual(list(self.store.rows(2)), channels("new", 3))

    def test_what_the_compiler_wrote_of_drafts_goes_with_the_next_draft_and_its_own_stays(self):
        rows, others = channels("new", 3), channels("old", 3)
        digests = [manifest_of(packed(each), each).digest for each in (rows, others)]
        for digest in digests:
            chunk = {"pk": {"S": items.blob_partitions(5, 1, digest)[3]}, "sk": {"S": "000003"}}
            for key in (items.blob_note_key(5, 1, digest), chunk, items.blob_manifest_key(5, 1, digest)):
                self.dynamodb.client.put_item(TableName=self.table, Item=key)

        draft = self.store.begin(1)
        write(draft, rows)

        blobs = {item["pk"]["S"] for item in self.items() if item["pk"]["S"].startswith("blob#")}
        own = items.blob_partitions(5, 1, digests[0])[3]
        self.assertEqual(blobs, {"blob#written#000000000001", own, own[:-3]})
        # One that has lost its claim deletes nothing of the one that has it.
        self.store.begin(1)
        with self.assertRaises(Conflict):
            write(draft, others)
        self.assertEqual(blobs, {i["pk"]["S"] for i in self.items() if i["pk"]["S"].startswith("blob#")})
        self.store.delete_version(record(1, rows))
        self.assertEqual([i for i in self.items() if i["pk"]["S"].startswith("blob#")], [])

    def test_a_busy_table_is_tried_again(self):
        with mock.patch("time.sleep") as slept:
            busy = self.dynamodb.client.exceptions.TransactionCanceledException(
                {
                    "Error": {"Code": "TransactionCanceledException"},
                    "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
                },
                "TransactWriteItems",
            )
            client = mock.Mock(wraps=self.dynamodb.client)
            client.transact_write_items.side_effect = [busy, busy, mock.DEFAULT]
            CatalogStore(client, self.table).begin(1)

        self.assertEqual(client.transact_write_items.call_count, 3)
        tokens = {c.kwargs["ClientRequestToken"] for c in client.transact_write_items.mock_calls}
        self.assertEqual(len(tokens), 1)
        self.assertEqual([c.args[0] for c in slept.mock_calls], [0.05, 0.1])

    def test_a_table_that_is_missing_is_said_to_be(self):
        store = self.dynamodb.store("no-such-table")
        with self.assertRaisesMessage(Unavailable, "DynamoDB: there is no such table"):
            store.last_published()
        with self.assertRaisesMessage(Unavailable, "DynamoDB: there is no such table"):
            store.begin(1)


class ConnectionTests(SimpleTestCase):
    def test_a_failed_connection_is_one_line_without_an_address(self):
        variables = {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        with mock.patch.dict("os.environ", variables), mock.patch("time.sleep"):
            store = CatalogStore(connect("http://127.0.0.1:1", "local"), "catalog")
            with self.assertRaises(Unavailable) as caught:
                store.last_published()
        self.assertEqual(str(caught.exception), "DynamoDB: the connection failed")
