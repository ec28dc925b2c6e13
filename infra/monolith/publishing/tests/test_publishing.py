import json
from collections.abc import Callable
from datetime import timedelta
from unittest import mock, skipIf

from django.db import connection
from django.utils import timezone

from adops.models import Campaign, Channel, Content, Creative, LineItem, Status
from kernel.published import items
from kernel.published.errors import Unavailable
from kernel.published.items import PublishRecord
from publishing.dynamodb.draft import Draft
from publishing.dynamodb.store import CatalogStore
from publishing.models import CatalogChange, Publication
from publishing.services import request_publication, request_rollback
from publishing.tests.catalog import PublishingTestCase
from publishing.tests.compiler_server import CompilerServer

COMMAND = Publication.Trigger.COMMAND


class PublicationTests(PublishingTestCase):
    def publish(self) -> Publication:
        request_publication(trigger=COMMAND)
        return self.work()

    def served(self) -> dict[str, str]:
        """The served rows by sort key."""
        return {row.sort_key: row.json for row in self.store.rows(self.version())}

    def version(self) -> int:
        return self.last_published().version

    def test_the_first_is_version_1_and_serving_takes_it(self):
        publication = self.publish()

        self.assertEqual((publication.state, publication.version), ("published", 1))
        self.assertEqual(publication.row_counts, self.last_published().row_counts)
        self.assertEqual(publication.published_at, self.last_published().published_at)
        self.assertEqual(self.served()["channel#ch-1"], '{"id":"ch-1","name":"N"}')
        shown = self.dynamodb.catalog_cli(self.table, "show").stdout
        self.assertIn("version 1", shown)
        self.assertIn("1 unit, 1 advertiser, 1 campaign, 1 line item, 1 creative", shown)

    def test_the_next_says_what_it_changes_and_serving_takes_both(self):
        self.publish()
        Channel.objects.create(public_id="ch-2", name="second")
        LineItem.objects.filter(public_id="li-1").update(price_micros=4)
        Content.objects.get().delete()

        publication = self.publish()

        ids = {
            kind: (change["added_ids"], change["changed_ids"], change["removed_ids"])
            for kind, change in publication.changes.items()
        }
        expected = {
            "channel": (["ch-2"], [], []),
            "content": ([], [], ["ct-1"]),
            "line_item": ([], ["li-1"], []),
            "tombstone": (["ct-1"], [], []),
        }
        self.assertEqual(ids, expected)
        self.assertEqual(self.version(), 2)
        # Rust reads and compiles all of a version before it rolls back to it.
        self.assertEqual(self.dynamodb.catalog_cli(self.table, "rollback", "1").returncode, 0)
        self.assertEqual(self.dynamodb.catalog_cli(self.table, "rollback", "2").returncode, 0)

    def test_without_a_change_there_is_no_new_version(self):
        self.publish()
        publication = self.publish()

        self.assertEqual((publication.state, publication.version), ("unchanged", 1))
        self.assertEqual(self.version(), 1)

    def test_what_is_paused_is_not_served_nor_is_what_hangs_on_it(self):
        self.publish()
        below = {
            Creative: {"creative#cr-1"},
            LineItem: {"line_item#li-1", "creative#cr-1", "rates#li-1#u-1"},
            Campaign: {"campaign#c-1", "line_item#li-1", "creative#cr-1", "rates#li-1#u-1"},
            Content: {"content#ct-1"},
        }
        whole = self.served().keys()
        for model, gone in below.items():
            for status in (Status.PAUSED, Status.ARCHIVED):
                with self.subTest(model=model.__name__, status=status):
                    model.objects.update(status=status)
                    self.publish()
                    self.assertEqual(whole - self.served().keys(), gone)
                    model.objects.update(status=Status.ACTIVE)
        self.publish()
        self.assertEqual(self.served().keys(), whole)

    def test_what_ended_long_ago_is_left_out_and_what_ended_lately_is_not(self):
        for days, is_served in ((29, True), (31, False)):
            ended = timezone.now() - timedelta(days=days)
            for model, row in ((LineItem, "line_item#li-1"), (Campaign, "campaign#c-1")):
                with self.subTest(model=model.__name__, days=days):
                    model.objects.update(starts_at="2026-01-01T00:00:00Z", ends_at=ended)
                    self.publish()
                    self.assertEqual(row in self.served(), is_served)
                    self.assertEqual("creative#cr-1" in self.served(), is_served)
                    model.objects.update(ends_at=None)

    def test_a_catalog_that_cannot_be_served_is_refused_with_row_and_field(self):
        self.publish()
        LineItem.objects.update(targeting={"countries": {"allow": ["kr"]}})
        Creative.objects.update(landing_url="http://shop.example/")

        publication = self.publish()

        self.assertEqual(publication.state, "failed")
        first, second = publication.error.splitlines()
        self.assertIn("line_item 'li-1': targeting.countries.allow[0]", first)
        self.assertIn("creative 'cr-1': landing_url", second)
        self.assertEqual(self.version(), 1)
        self.assertTrue(publication.edits.exists(), "they wait with it")
        # The next one has them all.
        LineItem.objects.update(targeting={})
        Creative.objects.update(landing_url="https://shop.example/new")
        self.assertEqual(self.publish().state, "published")
        self.assertFalse(CatalogChange.objects.exists())

    @skipIf(connection.vendor == "mysql", "MariaDB refuses such a text itself")
    def test_half_a_surrogate_pair_past_the_forms_is_refused_with_its_row(self):
        LineItem.objects.filter(public_id="li-1").update(exclusion_labels=["\ud83d"])
        request_publication(trigger=COMMAND)
        publication = self.work()

        self.assertEqual(publication.state, "failed")
        self.assertIn("line_item 'li-1': the key or a text has a character", publication.error)

    def test_an_address_that_serving_would_withhold_is_refused(self):
        Creative.objects.update(landing_url="https://127.0.0.1/")
        compiled = {"formats": [1], "blob_bytes": 1}
        self.compiler_server.answer = lambda payload: (200, {}, json.dumps({**payload, **compiled}).encode())

        publication = self.publish()

        self.assertIn("creative 'cr-1': landing_url: must be https with a public host", publication.error)
        self.assertIsNone(self.store.last_published())

    def test_a_catalog_at_the_limit_is_published_and_one_byte_more_is_refused(self):
        self.publish()
        raw_bytes = self.store.manifest(1).raw_bytes
        for limit, state in ((raw_bytes, "published"), (raw_bytes - 1, "failed")):
            Channel.objects.update(name=chr(ord("a") + limit % 26))
            with mock.patch("publishing.services.rows.CATALOG_BYTES_MAX", limit):
                publication = self.publish()
            self.assertEqual(publication.state, state, publication.error)
        self.assertEqual(
            publication.error,
            f"catalog '': more than {raw_bytes - 1:,} bytes of rows, which is what can be served:"
            " archive what is not needed any more",
        )

    def test_an_edit_made_meanwhile_waits_for_the_next(self):
        request_publication(trigger=COMMAND)
        begin = CatalogStore.begin

        def edit_and_begin(store: CatalogStore, version: int) -> object:
            Channel.objects.create(public_id="ch-2", name="late")
            return begin(store, version)

        with mock.patch.object(CatalogStore, "begin", edit_and_begin):
            self.work()

        self.assertNotIn("channel#ch-2", self.served())
        self.assertEqual([c.row_id for c in CatalogChange.objects.all()], ["ch-2"])

    def test_a_conflict_is_a_clear_error_and_the_edits_wait_on(self):
        self.publish()
        Channel.objects.create(public_id="ch-2", name="second")
        begin = CatalogStore.begin

        def begin_and_lose(store: CatalogStore, version: int) -> object:
            draft = begin(store, version)
            begin(store, version)
            return draft

        with mock.patch.object(CatalogStore, "begin", begin_and_lose):
            publication = self.publish()

        self.assertEqual(publication.state, "failed")
        self.assertEqual(publication.error, "another publisher has claimed version 2, or has published it")
        self.assertEqual((self.version(), publication.version), (1, None))
        self.assertEqual(CatalogChange.objects.filter(publication=None).count(), 1)
        self.assertEqual(self.publish().version, 2)

    def test_a_store_that_is_gone_is_a_failure_and_the_edits_wait_on(self):
        gone = mock.patch.object(CatalogStore, "last_published", side_effect=Unavailable("gone"))
        with gone:
            publication = self.publish()

        self.assertEqual((publication.state, publication.error), ("failed", "gone"))
        self.assertTrue(CatalogChange.objects.filter(publication=None).exists())

    def test_an_answer_that_was_lost_is_looked_for(self):
        for is_published in (True, False):
            with self.subTest(is_published=is_published):
                Channel.objects.create(name="another")
                with mock.patch(
                    "publishing.dynamodb.draft.Draft.publish",
                    autospec=True,
                    side_effect=lose_answer(is_published),
                ):
                    publication = self.publish()
                expected = "published" if is_published else "failed"
                self.assertEqual(publication.state, expected, publication.error)
        self.assertEqual(publication.error, "no answer; version 2 is not published")

    def test_an_error_of_the_program_is_recorded_and_raised(self):
        with mock.patch("publishing.services.execution.compare", side_effect=RuntimeError("x")):
            with self.assertRaises(RuntimeError):
                self.publish()
        publication = Publication.objects.get()
        self.assertEqual(publication.error, "an error of the program: RuntimeError")

    def test_a_worker_that_is_told_to_stop_leaves_the_work_to_the_next(self):
        with mock.patch("publishing.services.execution.compare", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.publish()
        self.assertEqual(Publication.objects.get().state, "pending")
        self.assertEqual(self.work().state, "published")


class RollbackTests(PublishingTestCase):
    def setUp(self):
        super().setUp()
        for name in ("first", "second"):
            Channel.objects.update(name=name)
            request_publication(trigger=COMMAND)
            self.work()

    def roll_back(self, version: int) -> Publication:
        request_rollback(version=version, trigger=COMMAND)
        return self.work()

    def test_it_publishes_the_older_rows_as_the_next_version(self):
        publication = self.roll_back(1)

        self.assertEqual((publication.state, publication.version), ("published", 3))
        self.assertEqual(publication.changes["channel"]["changed_ids"], ["ch-1"])
        self.assertEqual(list(self.store.rows(3)), list(self.store.rows(1)))
        self.assertIn("version 3", self.dynamodb.catalog_cli(self.table, "show").stdout)

    def test_it_leaves_out_what_a_younger_rule_of_addresses_would_withhold(self):
        Creative.objects.update(landing_url="https://evil\\@good/")
        with mock.patch("publishing.services.rows.problems_of_addresses", return_value=[]):
            request_publication(trigger=COMMAND)
            self.assertEqual(self.work(mock.Mock()).version, 3)
        Creative.objects.update(landing_url="https://shop.example/")
        request_publication(trigger=COMMAND)
        self.work()

        publication = self.roll_back(3)

        self.assertEqual((publication.state, publication.version), ("published", 5))
        self.assertEqual(publication.changes["creative"]["removed_ids"], ["cr-1"])
        self.assertIn("content#ct-1", [row.sort_key for row in self.store.rows(5)])
        # Serving withholds the same, and the command of the functions' side leaves out the same.
        self.assertEqual(self.dynamodb.catalog_cli(self.table, "rollback", "3").returncode, 0)
        without = [row for row in self.store.rows(5) if row.kind != "tombstone"]
        self.assertEqual([row for row in self.store.rows(6) if row.kind != "tombstone"], without)

    def test_it_leaves_the_edited_catalog_and_what_waits_alone(self):
        Channel.objects.update(name="third")
        self.roll_back(1)

        self.assertEqual(Channel.objects.get().name, "third")
        self.assertEqual(CatalogChange.objects.filter(publication=None).count(), 1)

    def test_only_an_older_version_can_be_rolled_back_to(self):
        for version in (2, 3):
            publication = self.roll_back(version)
            self.assertEqual(
                publication.error,
                f"cannot roll back to version {version}: version 2 is the last one",
            )
        self.assertEqual(self.last_published().version, 2)

    def test_a_version_that_cannot_be_served_any_more_is_refused(self):
        Channel.objects.update(name="third")
        request_publication(trigger=COMMAND)
        self.assertEqual(self.work(mock.Mock()).version, 3)
        refuse(self.compiler_server, "channel", "ch-1", "name", "is too long")

        publication = self.roll_back(1)

        self.assertEqual(publication.error, "channel 'ch-1': name: is too long")
        self.assertEqual(self.last_published().version, 3)

    def test_a_version_whose_rows_are_torn_is_refused(self):
        key = items.rows_chunk_key(1, 0)
        found = self.dynamodb.client.get_item(TableName=self.table, Key=key)["Item"]
        for change, problem in (
            (
                {"data": {"B": found["data"]["B"][:-1]}},
                "chunk 0 of version 1 has another digest than its own",
            ),
            (None, "chunk 0 of version 1 is missing"),
        ):
            with self.subTest(problem):
                if change:
                    self.dynamodb.client.put_item(TableName=self.table, Item={**found, **change})
                else:
                    self.dynamodb.client.delete_item(TableName=self.table, Key=key)
                self.assertEqual(self.roll_back(1).error, f"DynamoDB: {problem}")
        self.assertEqual(self.last_published().version, 2)

    def test_chunks_that_keep_their_rows_are_copied_as_they_are(self):
        self.roll_back(1)
        self.assertEqual(list(self.store.chunks(3)), list(self.store.chunks(1)))

    def test_a_served_version_that_is_torn_is_mended_by_publishing(self):
        key = items.rows_chunk_key(2, 0)
        self.dynamodb.client.delete_item(TableName=self.table, Key=key)
        request_publication(trigger=COMMAND)
        with self.assertLogs("django.publishing", "WARNING") as logs:
            publication = self.work()
        self.assertIn("chunk 0 of version 2 is missing", logs.output[0])
        self.assertEqual((publication.state, publication.version), ("published", 3))


def refuse(server: CompilerServer, kind: str, key: str, field: str, problem: str) -> None:
    """Lets the compiler refuse a row."""
    refusal = {"kind": kind, "key": key, "field": field, "problem": problem}
    body = json.dumps({"refusals": [refusal], "refusals_in_all": 1}).encode()
    server.answer = lambda payload: (200, {}, body)


def lose_answer(is_published: bool) -> Callable[..., None]:
    """A `Draft.publish` whose answer never comes."""
    publish = Draft.publish

    def lose(draft: Draft, record: PublishRecord) -> None:
        if is_published:
            publish(draft, record)
        raise Unavailable("no answer")

    return lose
