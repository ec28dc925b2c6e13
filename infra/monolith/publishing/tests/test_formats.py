"""Two formats of compiled catalogs, for the time of a deployment."""

import threading
from unittest import mock

from django.core.management import CommandError, call_command

from adops.models import Content
from publishing.compiler import CompilerFailed
from publishing.models import Publication
from publishing.problems import UnservableCatalog
from publishing.services import formats, request_publication
from publishing.services.formats import Format, FormatRefused
from publishing.tests.catalog import PublishingTestCase
from publishing.tests.compiler_server import FUNCTION
from publishing.tests.test_commands import run

NEXT = "catalog-next"


class FormatTests(PublishingTestCase):
    def setUp(self):
        super().setUp()
        self.publish("first")
        self.compiler_server.functions[NEXT] = 2

    def publish(self, title: str) -> Publication:
        Content.objects.update(title=title)
        request_publication(trigger=Publication.Trigger.COMMAND)
        return self.work()

    def blobs(self) -> set[tuple[str, ...]]:
        """Format and version of each manifest."""
        manifests = [item["pk"]["S"] for item in self.items() if item["sk"]["S"] == "manifest"]
        return {tuple(pk.split("#")[1:3]) for pk in manifests if pk.startswith("blob#")}

    def test_a_deployment_finds_the_served_version_and_its_rollback_the_versions_of_meanwhile(self):
        self.assertEqual(formats.formats(self.store), [Format(1, "", True)])

        self.assertEqual(formats.add(self.publisher, NEXT), (1, (2,)))
        self.assertEqual(self.blobs(), {("1", "000000000001"), ("2", "000000000001")})
        self.publish("meanwhile")
        self.assertEqual(formats.formats(self.store), [Format(1, "", True), Format(2, NEXT, True)])
        self.assertEqual(
            self.blobs() - {("1", "000000000001"), ("2", "000000000001")},
            {("1", "000000000002"), ("2", "000000000002")},
        )

        # The functions of the new release take the place of the old ones.
        self.compiler_server.functions[FUNCTION] = 2
        formats.add(self.publisher, NEXT)
        self.assertEqual(formats.finish(self.publisher), (2,))
        self.publish("after")
        self.assertEqual(formats.formats(self.store), [Format(1, "", False), Format(2, "", True)])

        self.assertEqual(formats.drop(self.publisher, 1), 3)
        self.assertEqual(formats.formats(self.store), [Format(2, "", True)])
        self.assertEqual(self.blobs(), {("2", f"00000000000{version}") for version in (1, 2, 3)})
        left = [item for item in self.items() if item["pk"]["S"].startswith("blob#1#")]
        self.assertEqual(left, [])

    def test_a_deployment_that_is_given_up_leaves_one_format(self):
        formats.add(self.publisher, NEXT)
        self.assertEqual(formats.finish(self.publisher), (1,))
        self.publish("after")
        self.assertEqual(formats.formats(self.store), [Format(1, "", True), Format(2, "", False)])
        self.assertEqual(formats.drop(self.publisher, 2), 2)
        self.assertEqual(self.blobs(), {("1", "000000000001"), ("1", "000000000002")})

    def test_the_release_of_before_is_kept_by_the_name_of_its_version(self):
        self.compiler_server.functions = {FUNCTION: 1, f"{FUNCTION}%3A7": 1}
        formats.add(self.publisher, f"{FUNCTION}:7")
        self.compiler_server.functions[FUNCTION] = 2
        self.publish("meanwhile")
        self.assertIn(("1", "000000000002"), self.blobs())
        self.assertIn(("2", "000000000002"), self.blobs())

    def test_a_publication_that_had_begun_before_is_compiled_afterwards(self):
        """Its publisher has read the compilers before there was a new one."""
        Content.objects.update(title="begun before")
        request_publication(trigger=Publication.Trigger.COMMAND)
        added, compiling = threading.Event(), threading.Event()
        outcome: list[tuple[int, tuple[int, ...]]] = []

        def add() -> None:
            compiling.wait(10)
            with mock.patch.object(formats.time, "sleep", side_effect=lambda seconds: added.set()):
                outcome.append(formats.add(self.publisher, NEXT))

        thread = threading.Thread(target=add)
        thread.start()
        known = self.store.formats.compilers()

        def read_before(_: object) -> dict[int, str]:
            compiling.set()
            self.assertTrue(added.wait(10), "it did not wait for the publisher")
            return known

        with mock.patch("publishing.dynamodb.formats.Formats.compilers", read_before):
            self.assertEqual(self.work().version, 2)
        thread.join(10)
        self.assertEqual(outcome, [(2, (2,))])
        self.assertIn(("2", "000000000002"), self.blobs())

    def test_a_publisher_that_has_died_is_said_to_be_in_the_way(self):
        self.store.begin(2)
        with self.assertRaisesRegex(FormatRefused, "has begun version 2 and does not publish it"):
            formats.add(self.publisher, NEXT, claim_seconds_max=0.1)
        self.publish("next")
        self.assertEqual(formats.add(self.publisher, NEXT), (2, (2,)))

    def test_what_one_of_both_does_not_compile_is_not_published(self):
        formats.add(self.publisher, NEXT)
        del self.compiler_server.functions[NEXT]
        publication = self.publish("lost")
        self.assertEqual((publication.state, publication.version), ("failed", None))
        self.assertRegex(publication.error, f"^{NEXT}, which `catalog_formats` has added: .*no such function")
        self.assertEqual(self.last_published().version, 1)

    def test_what_is_not_there_or_is_needed_is_refused(self):
        with self.assertRaisesRegex(CompilerFailed, "no such function"):
            formats.add(self.publisher, "nowhere")
        self.assertEqual(formats.formats(self.store), [Format(1, "", True)])
        formats.add(self.publisher, NEXT)
        for number, why in ((1, "the one that is written"), (2, "is still written"), (3, "nothing is")):
            with self.assertRaisesRegex(FormatRefused, why):
                formats.drop(self.publisher, number)
        self.assertEqual(self.blobs(), {("1", "000000000001"), ("2", "000000000001")})

    def test_a_served_version_that_the_new_release_refuses_stops_the_deployment(self):
        refusal = b'{"refusals":[{"kind":"unit","key":"u-1","field":"app_id","problem":"new rule"}]}'
        self.compiler_server.answer = lambda payload: (200, {}, refusal)
        with self.assertRaisesRegex(UnservableCatalog, "new rule"):
            formats.add(self.publisher, NEXT)
        self.assertEqual(self.store.formats.compilers(), {})


class FormatCommandTests(PublishingTestCase):
    def setUp(self):
        super().setUp()
        patched = mock.patch(
            "publishing.management.commands.catalog_formats.configured_publisher", lambda: self.publisher
        )
        patched.start()
        self.addCleanup(patched.stop)
        self.compiler_server.functions[NEXT] = 2

    def test_each_action_says_what_it_has_done(self):
        self.assertEqual(run("catalog_formats"), "nothing is compiled yet\n")
        request_publication(trigger=Publication.Trigger.COMMAND)
        self.work()
        self.assertEqual(
            run("catalog_formats", "add", NEXT), f"version 1 is compiled in format 2 by {NEXT}\n"
        )
        expected = (
            f"format 1: has the served version\nformat 2: has the served version; {NEXT} writes it, too\n"
        )
        self.assertEqual(run("catalog_formats"), expected)
        self.assertEqual(run("catalog_formats", "finish"), "publications are compiled in format 1 alone\n")
        dropped = "format 2 is dropped; compiled catalogs deleted: 1\n"
        self.assertEqual(run("catalog_formats", "drop", "2"), dropped)

    def test_a_failure_is_one_line(self):
        for arguments, line in (
            (("add", NEXT), "nothing is published yet: publish first"),
            (("drop", "2"), "nothing is written in format 2"),
            (("drop", "x"), "invalid int value: 'x'"),
        ):
            with self.assertRaisesRegex(CommandError, line):
                call_command("catalog_formats", *arguments)
