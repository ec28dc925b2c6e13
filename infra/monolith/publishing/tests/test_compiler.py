import json
import threading
import time
from unittest import mock

from adops.models import Channel
from lockfill.ports import free_port
from publishing.compiler import _ANSWER_BYTES_MAX, Compiler, connect_lambda
from publishing.models import CatalogChange, Publication
from publishing.services import request_publication
from publishing.tests.catalog import PublishingTestCase

COMMAND = Publication.Trigger.COMMAND


def answers(document: object, **headers: str):
    """What a server says that answers any call with a document."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return lambda payload: (200, {name.replace("_", "-"): value for name, value in headers.items()}, body)


class CompilationTests(PublishingTestCase):
    def publish(self, compiler: Compiler | None = None) -> Publication:
        request_publication(trigger=COMMAND)
        return self.work(compiler)

    def test_a_call_names_version_and_digest_and_carries_no_rows(self):
        self.publish()
        digest = self.last_published().digest
        expected = {"operation": "compile", "version": 1, "digest": digest}
        self.assertEqual(self.compiler_server.calls, [expected])

    def test_the_served_version_changes_after_the_verdict(self):
        def look(payload):
            self.assertIsNone(self.store.last_published())
            self.assertEqual(self.store.manifest(1).digest, payload["digest"])
            return self.compiler_server_answer(payload)

        self.compiler_server.answer = look
        self.assertEqual(self.publish().state, "published")

    def compiler_server_answer(self, payload):
        document = {**payload, "formats": [1, 2], "blob_bytes": 7}
        return 200, {}, json.dumps(document).encode()

    def test_refusals_name_rows_and_fields_and_nothing_is_served(self):
        self.publish()
        refusal = {"kind": "line_item", "key": "li-1", "field": "targeting.countries", "problem": "is\nold"}
        self.compiler_server.answer = answers({"refusals": [refusal] * 3, "refusals_in_all": 1_500})
        CatalogChange.objects.create(kind="unit", row_id="u-1", action="changed")
        self.rename_channel("another")

        publication = self.publish()

        line = "line_item 'li-1': targeting.countries: is old"
        self.assertEqual(publication.error.splitlines(), [line, line, line, "and 1,497 more"])
        self.assertEqual(publication.refusals[0], {**refusal, "problem": "is old"})
        self.assertEqual(self.last_published().version, 1)
        self.assertTrue(publication.edits.exists(), "they wait with it")

    def test_whatever_is_no_verdict_fails_clearly_and_may_be_repeated(self):
        self.publish()
        ours = {"version": 2, "formats": [1], "blob_bytes": 1}
        not_understood = "the compiler's answer cannot be understood"
        for number, (answer, expected) in enumerate(
            (
                (answers(b"<html>"), not_understood),
                (answers(b"[" * 100_000), not_understood),
                (answers([]), not_understood),
                (answers(b" " * (_ANSWER_BYTES_MAX + 1)), not_understood),
                (answers({**ours, "digest": "0" * 64}), "the compiler answered about other rows"),
                (
                    lambda payload: answers({**ours, **payload, "version": 1})(payload),
                    "the compiler answered about other rows",
                ),
                (lambda payload: answers({**payload, "formats": []})(payload), not_understood),
                (
                    lambda payload: answers({**payload, "formats": ["x"], "blob_bytes": 1})(payload),
                    not_understood,
                ),
                (answers({"refusals": []}), "the compiler refuses rows and names none"),
                (answers({"refusals": 7}), "the compiler refuses rows and names none"),
                (
                    answers(
                        {"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 60 s"},
                        X_Amz_Function_Error="Unhandled",
                    ),
                    "the compiler failed: Task timed out after 60 s; Sandbox.Timedout",
                ),
                (
                    answers({"error": "the draft is torn", "what_to_do": "publish again"}),
                    "the compiler failed: the draft is torn; publish again",
                ),
                (answers(b"null", X_Amz_Function_Error="Unhandled"), not_understood),
                (
                    lambda payload: (429, {"x-amzn-errortype": "TooManyRequestsException"}, b"{}"),
                    "the compiler could not be asked: it answered TooManyRequestsException",
                ),
            )
        ):
            with self.subTest(number=number, expected=expected):
                self.rename_channel(f"name {number}")
                self.compiler_server.answer = answer
                publication = self.publish()
                self.assertEqual((publication.state, publication.error), ("failed", expected))
                self.assertEqual(self.last_published().version, 1)
                self.assertTrue(CatalogChange.objects.filter(publication=None).exists())
        self.compiler_server.answer = None
        self.assertEqual(self.publish().version, 2)

    def test_a_function_that_is_not_there_or_not_named_is_said_to_be(self):
        for function, expected in (
            ("other", "there is no such function: is MONOLITH_CATALOG_FUNCTION right?"),
            ("", "no compiler is named: set MONOLITH_CATALOG_FUNCTION to the name of the function `catalog`"),
        ):
            publication = self.publish(self.compiler_server.compiler(function))
            self.assertIn(expected, publication.error)
        self.assertIsNone(self.store.last_published())

    def test_a_function_that_does_not_answer_is_asked_once(self):
        released = threading.Event()
        self.addCleanup(released.set)
        self.compiler_server.answer = lambda payload: (released.wait(30), (200, {}, b"{}"))[1]
        compiler = self.compiler_server.compiler(read_timeout_seconds=0.3)
        self.assertIn("the compiler could not be asked: no answer within", self.publish(compiler).error)
        self.assertEqual(len(self.compiler_server.calls), 1)

    def test_an_address_where_nothing_listens_is_one_line(self):
        url = f"http://127.0.0.1:{free_port()}"
        names = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
        with mock.patch.dict("os.environ", names):
            publication = self.publish(Compiler("catalog", lambda: connect_lambda(url, "local")))
        self.assertIn("the connection failed: is MONOLITH_LAMBDA_ENDPOINT_URL right?", publication.error)

    def test_the_lease_is_renewed_while_the_compiler_works(self):
        signs: list[object] = []

        def slow(payload):
            time.sleep(2.6)
            return self.compiler_server_answer(payload)

        self.compiler_server.answer = slow
        save = Publication.save

        def note(publication, *arguments, **options):
            if publication.step == "compiling":
                signs.append(publication.alive_at)
            save(publication, *arguments, **options)

        with mock.patch.object(Publication, "save", note):
            self.assertEqual(self.publish().state, "published")
        self.assertGreaterEqual(len(set(signs)), 3)

    def test_a_worker_that_is_told_to_stop_does_not_wait_for_the_compiler(self):
        released = threading.Event()
        self.addCleanup(released.set)
        self.compiler_server.answer = lambda payload: (released.wait(30), (200, {}, b"{}"))[1]
        began = time.monotonic()
        with mock.patch("publishing.services.execution.Progress.reach", side_effect=stop_when_compiling()):
            with self.assertRaises(KeyboardInterrupt):
                self.publish()
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(Publication.objects.latest("id").state, "pending")

    def rename_channel(self, name: str) -> None:
        Channel.objects.update(name=name)


def stop_when_compiling():
    """Interrupts at the first sign of life while the compiler works."""

    def reach(rows_done: int) -> None:
        if any(thread.name == "compile" for thread in threading.enumerate()):
            raise KeyboardInterrupt

    return reach
