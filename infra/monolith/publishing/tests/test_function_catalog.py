"""The function `catalog` itself, over Lambda's Invoke API of local-alb and over plain HTTP, asked by
boto3.

The version is one that catalog-cli published, whose blob a test takes away.
"""

import json
import select
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from kernel.tests.programs import REPOSITORY, require_program
from lockfill.ports import free_port
from publishing.compiler import Compiler
from publishing.services import Publisher, formats
from publishing.tests.local_dynamodb import WithDynamoDB

_TEMPLATE = REPOSITORY / "template.yaml"
_DEMO = REPOSITORY / "infra" / "demo" / "catalog.json"
_CALLS = REPOSITORY / "tests" / "fixtures" / "malformed" / "compile_calls.json"
_OTHERS = ("Ads", "Contents", "Lockscreen", "Events")
_NOWHERE = "http://127.0.0.1:1/2015-03-31/functions/function/invocations"
_START_SECONDS_MAX = 30
_READ_TIMEOUT_SECONDS = 75


class TheFunctionCatalog(WithDynamoDB):
    def setUp(self) -> None:
        super().setUp()
        done = self.dynamodb.catalog_cli(self.table, "publish", str(_DEMO))
        self.assertEqual(done.returncode, 0, done.stderr)
        key = {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}
        pointer = self.dynamodb.client.get_item(TableName=self.table, Key=key)["Item"]
        self.digest = pointer["digest"]["S"]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        variables = Path(folder.name, "variables.json")
        variables.write_text(json.dumps({"Parameters": self.dynamodb.environment(self.table)}))
        address = free_address()
        command = [str(require_program("local-alb")), "serve", "--listen=127.0.0.1:0"]
        command += [f"--invoke-address={address}", f"--template={_TEMPLATE}"]
        command += [
            f"--env-vars={variables}",
            f"--function=CatalogFunction=exec:{require_program('catalog')}",
        ]
        # The others are never asked.
        command += [f"--function={name}Function={_NOWHERE}" for name in _OTHERS]
        self.start(command, {}, "local-alb: listening on ")
        self.function = lambda_client(f"http://{address}")

    def start(self, command: list[str], env: dict[str, str], marker: str) -> None:
        """Starts a program, and waits for a line that has the marker."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
        assert process.stdout is not None
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        said, deadline = b"", time.monotonic() + _START_SECONDS_MAX
        while marker.encode() not in said:
            ready, _, _ = select.select([process.stdout], [], [], max(deadline - time.monotonic(), 0))
            more = process.stdout.read1() if ready else b""
            self.assertTrue(more, f"it did not start: {said.decode()}")
            said += more

    def call(self, version: int = 1, digest: str = "") -> str:
        return json.dumps({"operation": "compile", "version": version, "digest": digest or self.digest})

    def invoke(self, payload: str) -> tuple[str, Any]:
        """The function's error, empty if there is none, and its document."""
        answer = self.function.invoke(FunctionName="CatalogFunction", Payload=payload.encode())
        self.assertEqual(answer["StatusCode"], 200)
        return answer.get("FunctionError", ""), json.loads(answer["Payload"].read())

    def under(self, prefix: str) -> list[dict[str, Any]]:
        """The items of partitions that begin so, sorted."""
        found = [item for item in self.items() if item["pk"]["S"].startswith(prefix)]
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def delete(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            key = {name: item[name] for name in ("pk", "sk")}
            self.dynamodb.client.delete_item(TableName=self.table, Key=key)

    def test_a_version_is_compiled_to_what_the_publisher_in_rust_compiles_and_again_to_the_same(self) -> None:
        written = self.under("blob#")
        self.delete(written)
        self.assertEqual(self.under("blob#"), [])
        error, answer = self.invoke(self.call())
        self.assertEqual((error, answer["version"], answer["digest"]), ("", 1, self.digest))
        self.assertEqual(self.under("blob#"), written)
        (manifest,) = [item for item in written if item["sk"]["S"] == "manifest"]
        self.assertGreater(len(written), 1)
        for name in ("blob_bytes", "compressed_bytes"):
            stored = manifest[name.replace("blob_", "raw_")]["N"]
            self.assertEqual(str(answer[name]), stored)
        self.assertEqual([manifest["pk"]["S"].split("#")[1]], [str(each) for each in answer["formats"]])
        demo = json.loads(_DEMO.read_text())
        counts = (len(demo["line_items"]), len(demo["contents"]))
        self.assertEqual((answer["line_items"], answer["contents"]), counts)
        self.assertEqual(self.invoke(self.call()), ("", answer))
        self.assertEqual(self.under("blob#"), written)

    def test_rows_that_are_not_there_or_torn_are_typed_errors_and_nothing_is_written(self) -> None:
        self.delete(self.under("blob#"))
        for call in (self.call(version=2), self.call(digest="0" * 64)):
            error, answer = self.invoke(call)
            self.assertEqual((error, answer["errorType"]), ("Unhandled", "UnknownVersion"))
        chunks = [item for item in self.under("rows#") if item["sk"]["S"] != "manifest"]
        self.delete(chunks[:1])
        error, answer = self.invoke(self.call())
        self.assertEqual((error, answer["errorType"]), ("Unhandled", "TornVersion"))
        self.assertIn("is missing", answer["errorMessage"])
        self.assertEqual(self.under("blob#"), [])

    def test_payloads_that_are_no_call_are_bad_invocations_and_the_function_goes_on(self) -> None:
        payloads = json.loads(_CALLS.read_text())["payloads"]
        self.assertGreater(len(payloads), 30)
        for payload in payloads:
            error, answer = self.invoke(payload.replace("DIGEST", self.digest))
            self.assertEqual((error, answer["errorType"]), ("Unhandled", "BadInvocation"), payload)
        self.assertEqual(self.invoke(self.call())[0], "")

    def test_a_deployment_has_the_served_version_compiled_before_requests_come(self) -> None:
        written = self.under("blob#")
        self.delete(written)
        publisher = Publisher(self.store, Compiler("CatalogFunction", lambda: self.function))
        (blob_format,) = {item["pk"]["S"].split("#")[1] for item in written if item["sk"]["S"] == "manifest"}
        added = formats.add(publisher, "CatalogFunction:live")
        self.assertEqual(added, (1, (int(blob_format),)))
        self.assertEqual(self.under("blob#"), written)
        self.assertEqual(self.store.formats.compilers(), {int(blob_format): "CatalogFunction:live"})

    def test_an_event_is_taken_and_executed_and_a_dry_run_is_not_executed(self) -> None:
        written = self.under("blob#")
        self.delete(written)
        for kind, status in (("DryRun", 204), ("Event", 202)):
            answer = self.function.invoke(
                FunctionName="CatalogFunction", InvocationType=kind, Payload=self.call().encode()
            )
            self.assertEqual(answer["StatusCode"], status)
            self.assertEqual((answer["Payload"].read(), answer.get("FunctionError")), (b"", None))
            if kind == "DryRun":
                # The function would have written within this time: it does below.
                time.sleep(1)
                self.assertEqual(self.under("blob#"), [])
        deadline = time.monotonic() + _START_SECONDS_MAX
        while self.under("blob#") != written:
            self.assertLess(time.monotonic(), deadline, "the event was not executed")
            time.sleep(0.05)

    def test_what_the_api_refuses_is_an_error_that_boto3_knows_by_its_name(self) -> None:
        errors = self.function.exceptions
        for kind in ("RequestResponse", "Event", "DryRun"):
            with self.assertRaises(errors.ResourceNotFoundException):
                self.function.invoke(FunctionName="Nowhere", InvocationType=kind, Payload=b"{}")
            with self.assertRaises(errors.InvalidRequestContentException):
                self.function.invoke(FunctionName="CatalogFunction", InvocationType=kind, Payload=b"{")

    def test_the_same_call_over_plain_http_has_the_same_answer(self) -> None:
        address = free_address()
        env = {**self.dynamodb.environment(self.table), "LOCKFILL_HTTP_ADDRESS": address}
        self.start([str(require_program("catalog"))], env, "listening on ")
        expected = self.invoke(self.call())
        self.function = lambda_client(f"http://{address}")
        self.assertEqual(self.invoke(self.call()), expected)
        error, answer = self.invoke(self.call(version=9))
        self.assertEqual((error, answer["errorType"]), ("Unhandled", "UnknownVersion"))
        with urllib.request.urlopen(f"http://{address}/healthz") as health:
            self.assertEqual(health.status, 200)


def free_address() -> str:
    return f"127.0.0.1:{free_port()}"


def lambda_client(url: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, read_timeout=_READ_TIMEOUT_SECONDS)
    names = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("lambda", endpoint_url=url, region_name="local", config=config, **names)
