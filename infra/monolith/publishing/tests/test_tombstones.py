import json
from datetime import timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from adops.models import Campaign, Content, Creative, LineItem, Status
from kernel.published import items
from kernel.published.errors import Unavailable
from publishing.models import Publication
from publishing.services import request_publication, request_rollback
from publishing.tests.catalog import PublishingTestCase

COMMAND = Publication.Trigger.COMMAND


class TombstoneTests(PublishingTestCase):
    def setUp(self):
        super().setUp()
        self.publish()

    def publish(self) -> Publication:
        request_publication(trigger=COMMAND)
        publication = self.work()
        self.assertEqual(publication.error, "")
        return publication

    def tombstones(self) -> dict[str, dict[str, Any]]:
        rows = self.store.rows(self.last_published().version)
        return {row.key: json.loads(row.json) for row in rows if row.kind == "tombstone"}

    def later(self, **time: float):
        return mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(**time))

    def test_what_is_withdrawn_keeps_its_landing_page_and_owners(self):
        Content.objects.get().delete()
        Creative.objects.get().delete()

        publication = self.publish()

        withdrawn_at = self.tombstones()["cr-1"]["withdrawn_at"]
        self.assertRegex(withdrawn_at, r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        creative = {
            "id": "cr-1",
            "kind": "creative",
            "landing_url": "https://shop.example/",
            "line_item_id": "li-1",
            "campaign_id": "c-1",
            "advertiser_id": "a-1",
            "withdrawn_at": withdrawn_at,
        }
        content = {
            "id": "ct-1",
            "kind": "content",
            "landing_url": "https://news.example/",
            "withdrawn_at": withdrawn_at,
        }
        self.assertEqual(self.tombstones(), {"cr-1": creative, "ct-1": content})
        self.assertEqual(publication.changes["tombstone"]["added_ids"], ["cr-1", "ct-1"])

    def test_however_it_is_withdrawn(self):
        for model in (Creative, LineItem, Campaign):
            for change in ({"status": Status.PAUSED}, {"status": Status.ARCHIVED}):
                with self.subTest(model=model.__name__, **change):
                    model.objects.update(**change)
                    self.publish()
                    self.assertEqual(self.tombstones()["cr-1"]["advertiser_id"], "a-1")
                    model.objects.update(status=Status.ACTIVE)
                    self.publish()
                    self.assertEqual(self.tombstones(), {}, "it serves again")

    def test_it_is_kept_though_the_rows_of_the_served_version_are_damaged(self):
        Content.objects.get().delete()
        self.publish()
        withdrawn = self.tombstones()["ct-1"]
        LineItem.objects.update(price_micros=5)
        self.publish()
        self.delete_last_chunk()
        Creative.objects.get().delete()

        with self.assertLogs("django.publishing", "WARNING") as logs:
            self.publish()

        self.assertIn("cannot be compared with version 3: DynamoDB: chunk", logs.output[0])
        self.assertEqual(len(logs.output), 1)
        found = self.tombstones()
        self.assertEqual(found["ct-1"], withdrawn)
        self.assertEqual(found["cr-1"]["advertiser_id"], "a-1")

    def delete_last_chunk(self) -> None:
        """Of the served version."""
        version = self.last_published().version
        key = items.rows_chunk_key(version, self.store.manifest(version).chunks - 1)
        self.dynamodb.client.delete_item(TableName=self.table, Key=key)

    def test_it_is_kept_for_eight_days(self):
        Content.objects.get().delete()
        self.publish()
        first = self.tombstones()
        for days, expected in ((7.9, first), (8.1, {})):
            with self.later(days=days):
                LineItem.objects.update(name=f"after {days} days")
                self.publish()
            self.assertEqual(self.tombstones(), expected)

    def test_what_is_blocked_is_marked_until_it_is_not(self):
        Content.objects.update(status=Status.BLOCKED)
        Creative.objects.update(status=Status.PAUSED)
        self.publish()
        self.assertIs(self.tombstones()["ct-1"]["blocked"], True)
        self.assertNotIn("blocked", self.tombstones()["cr-1"])
        Creative.objects.update(status=Status.BLOCKED)
        Content.objects.update(status=Status.PAUSED)
        self.publish()
        self.assertIs(self.tombstones()["cr-1"]["blocked"], True)
        self.assertNotIn("blocked", self.tombstones()["ct-1"])
        Creative.objects.all().delete()
        LineItem.objects.update(name="another")
        self.publish()
        self.assertIs(self.tombstones()["cr-1"]["blocked"], True, "a deletion unblocks nothing")

    def test_a_rollback_withdraws_too_and_brings_nothing_back_that_is_blocked(self):
        Creative.objects.create(
            public_id="cr-2",
            line_item=LineItem.objects.get(),
            title="T",
            image_url="https://cdn.example/2.jpg",
            landing_url="https://shop.example/2",
        )
        self.publish()
        Content.objects.update(status=Status.BLOCKED)
        request_rollback(version=1, trigger=COMMAND)

        publication = self.work()

        self.assertEqual((publication.error, publication.version), ("", 3))
        self.assertEqual(set(self.tombstones()), {"cr-2", "ct-1"})
        self.assertIs(self.tombstones()["ct-1"]["blocked"], True)
        keys = [row.sort_key for row in self.store.rows(3)]
        self.assertIn("creative#cr-1", keys)
        self.assertNotIn("content#ct-1", keys)
        self.assertIn("unit#u-1", keys)


class RetentionTests(PublishingTestCase):
    def test_the_last_twenty_versions_stay_and_older_ones_go_a_few_at_a_time(self):
        for number in range(24):
            LineItem.objects.update(name=f"version {number + 1}")
            request_publication(trigger=COMMAND)
            if number < 22:
                # As if deletions had been interrupted.
                with mock.patch("publishing.services.execution.delete_old_versions"):
                    self.work()
            else:
                self.work()
                left = [record.version for record in self.store.oldest_records(99, 2)]
                self.assertEqual(left, [4, 5] if number == 22 else [5, 6])
        partitions = {item["pk"]["S"] for item in self.items()}
        self.assertFalse([name for name in partitions if name.startswith("rows#000000000003")])
        request_rollback(version=5, trigger=COMMAND)
        self.assertEqual(self.work().version, 25)
        request_rollback(version=2, trigger=COMMAND)
        self.assertEqual(self.work().error, "DynamoDB: version 2 was never published, or has been deleted")

    def test_a_deletion_that_fails_is_logged_and_the_version_is_published(self):
        request_publication(trigger=COMMAND)
        failing = mock.patch(
            "publishing.dynamodb.store.CatalogStore.oldest_records", side_effect=Unavailable("gone")
        )
        with failing, self.assertLogs("django.publishing", "WARNING") as logs:
            self.assertEqual(self.work().state, "published")
        self.assertIn("could not be deleted: gone", logs.output[0])
