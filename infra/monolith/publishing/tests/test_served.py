"""What lists know of the served version: its campaigns, line items and contents."""

from django.utils import timezone

from adops.models import Content, LineItem, ServedRow, ServedVersion, Status
from adops.selectors.states import line_items_with_state
from kernel.published import items
from publishing.models import Publication
from publishing.services import request_publication, request_rollback
from publishing.services.served import note_unknown
from publishing.tests.catalog import PublishingTestCase

COMMAND = Publication.Trigger.COMMAND


class ServedRowsTests(PublishingTestCase):
    def publish(self) -> None:
        request_publication(trigger=COMMAND)
        self.assertEqual(self.work().state, "published")

    def noted(self) -> set[tuple[str, str]]:
        return set(ServedRow.objects.values_list("kind", "key"))

    def in_store(self) -> set[tuple[str, str]]:
        rows = self.store.rows(self.last_published().version)
        return {(row.kind, row.key) for row in rows if row.kind in ("campaign", "content", "line_item")}

    def state(self) -> str:
        return line_items_with_state(timezone.now()).get(public_id="li-1").state

    def test_each_publication_and_rollback_notes_what_it_changes(self):
        self.publish()
        self.assertEqual(self.noted(), self.in_store())
        self.assertIn(("line_item", "li-1"), self.noted())
        LineItem.objects.filter(public_id="li-1").update(status=Status.PAUSED)
        Content.objects.all().delete()
        self.assertEqual(self.state(), "still_served")
        self.publish()
        self.assertEqual(self.noted(), self.in_store())
        self.assertEqual(self.state(), "paused")
        request_rollback(version=1, trigger=COMMAND)
        self.work()
        self.assertEqual((self.noted(), ServedVersion.objects.get().version), (self.in_store(), 3))
        self.assertEqual(self.state(), "still_served")

    def test_where_another_version_is_noted_all_rows_are_noted_anew(self):
        self.publish()
        ServedVersion.objects.update(version=7)
        ServedRow.objects.all().delete()
        ServedRow.objects.create(kind="line_item", key="li-gone")
        LineItem.objects.update(price_micros=5)
        self.publish()
        self.assertEqual(self.noted(), self.in_store())

    def test_where_the_rows_of_the_served_version_are_damaged_all_rows_are_noted_anew(self):
        self.publish()
        LineItem.objects.update(price_micros=5)
        self.publish()
        for version in (2, 3):
            with self.subTest(version):
                key = items.rows_chunk_key(version, 0)
                self.dynamodb.client.delete_item(TableName=self.table, Key=key)
                with self.assertLogs("django.publishing", "WARNING") as logs:
                    self.publish()
                self.assertIn("cannot be compared with", logs.output[0])
                self.assertFalse([line for line in logs.output if "not noted" in line])
                self.assertEqual(self.noted(), self.in_store())
                self.assertEqual(ServedVersion.objects.get().version, version + 1)

    def test_a_worker_notes_what_it_finds_where_nothing_is_known(self):
        note_unknown(self.store)
        self.assertEqual(ServedVersion.objects.get().version, 0)
        self.assertEqual(self.state(), "not_published")
        self.publish()
        ServedVersion.objects.all().delete()
        ServedRow.objects.all().delete()
        note_unknown(self.store)
        self.assertEqual((self.noted(), ServedVersion.objects.get().version), (self.in_store(), 1))
