import json
from io import StringIO
from unittest import mock

from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from adops.models import Channel, LineItem
from publishing.models import Publication
from publishing.tests.catalog import PublishingTestCase


def run(name: str, *arguments: str) -> str:
    output = StringIO()
    call_command(name, *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


class PublishCommandTests(PublishingTestCase):
    def setUp(self):
        super().setUp()
        settings = override_settings(
            CATALOG_TABLE=self.table,
            DYNAMODB_ENDPOINT_URL=self.dynamodb.url,
            AWS_REGION="local",
            CATALOG_FUNCTION="catalog",
            LAMBDA_ENDPOINT_URL=self.compiler_server.url,
        )
        settings.enable()
        self.addCleanup(settings.disable)
        credentials = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        environment = mock.patch.dict("os.environ", credentials)
        environment.start()
        self.addCleanup(environment.stop)

    def test_it_waits_for_the_version_and_says_what_it_holds(self):
        self.assertIn("published version 1: 1 unit, 1 exchange rate", run("publish", "--wait"))
        LineItem.objects.all().delete()
        said = run("publish", "--wait")
        self.assertIn("1 line item removed (li-1)", said)
        self.assertEqual(run("publish", "--wait"), "nothing to publish: version 2 has the same rows\n")

    def test_without_waiting_it_only_asks(self):
        said = run("publish")
        self.assertIn("waits for a publish_worker", said)
        self.assertIsNone(self.store.last_published())
        self.assertEqual(Publication.objects.get().state, "pending")

    def test_json_is_one_document_for_programs(self):
        document = json.loads(run("publish", "--wait", "--json"))
        self.assertEqual((document["state"], document["version"]), ("published", 1))
        self.assertEqual(document["changes"]["channel"]["added_ids"], ["ch-1"])

    def test_a_catalog_that_cannot_be_served_is_one_line_and_a_failure(self):
        LineItem.objects.update(price_micros=0, targeting={"ages": "old"})
        with self.assertRaises(CommandError) as caught:
            run("publish", "--wait")
        message = str(caught.exception)
        self.assertTrue(message.startswith("nothing was published: line_item 'li-1': targeting.ages"))
        self.assertEqual(len(message.splitlines()), 1)

    def test_without_a_compiler_it_says_what_to_set(self):
        with override_settings(CATALOG_FUNCTION=""):
            with self.assertRaisesMessage(CommandError, "set MONOLITH_CATALOG_FUNCTION to the name"):
                run("publish", "--wait")
        self.assertIsNone(self.store.last_published())

    def test_json_says_how_long_each_step_took(self):
        seconds = json.loads(run("publish", "--wait", "--json"))["seconds"]
        self.assertEqual(set(seconds), {"reading", "comparing", "writing", "compiling", "serving"})

    def test_a_rollback_says_what_it_changes(self):
        run("publish", "--wait")
        Channel.objects.create(public_id="ch-2", name="second")
        run("publish", "--wait")
        said = run("rollback", "1")
        self.assertIn("published version 3, the rows of version 1 again", said)
        self.assertIn("1 channel removed (ch-2)", said)

    def test_a_rollback_to_nowhere_is_one_line_and_a_failure(self):
        for version, problem in (
            ("0", "There is no version 0."),
            ("-1", "There is no version -1."),
            ("9" * 30, f"There is no version {'9' * 30}."),
            ("5", "nothing is published"),
        ):
            with self.subTest(version), self.assertRaisesMessage(CommandError, problem):
                run("rollback", "--", version)

    def test_the_history_is_listed_and_shown(self):
        run("publish", "--wait")
        LineItem.objects.update(targeting={"ages": "old"})
        with self.assertRaises(CommandError):
            run("publish", "--wait")
        failed, published = run("publications").splitlines()
        self.assertIn("published version 1", published)
        self.assertIn("nothing was published: line_item 'li-1'", failed)
        number = str(Publication.objects.latest("id").pk)
        self.assertIn("  line_item 'li-1': targeting.ages", run("publications", number))
        with self.assertRaisesMessage(CommandError, "there is no publication #0"):
            run("publications", "0")


class UnconfiguredTests(TestCase):
    @override_settings(CATALOG_TABLE="")
    def test_without_a_table_nothing_is_even_asked_for(self):
        for command in (("publish", "--wait"), ("rollback", "1"), ("publish_worker",)):
            with self.subTest(command):
                with self.assertRaisesMessage(CommandError, "set LOCKFILL_CATALOG_TABLE"):
                    run(*command)
        self.assertFalse(Publication.objects.exists())
