"""A server that speaks Lambda's Invoke API and answers as the function `catalog` does.

It reads the draft from the table and checks its rows with the rules of `publishing.checks`, so that
it refuses what the function refuses. It writes the keys of a blob, and no blob.
"""

import contextlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.config import Config

from kernel.published import items
from kernel.published.chunks import rows_of
from kernel.published.reader import PublishedCatalogs
from publishing.checks import check_catalog
from publishing.compiler import Compiler
from publishing.problems import UnservableCatalog
from publishing.spool import Spool

FUNCTION = "catalog"
_PREFIX = "/2015-03-31/functions/"
# Status, headers and body of an answer.
Answer = tuple[int, dict[str, str], bytes]


class DraftReader(PublishedCatalogs):
    """Reads versions that have no record yet."""

    def compile(self, version: int, digest: str, blob_format: int) -> dict[str, Any]:
        manifest = self.manifest(version)
        if manifest is None or manifest.digest != digest:
            return {"error": f"there is no version {version} with these rows", "what_to_do": "publish again"}
        with Spool() as spool:
            for chunk in self._chunks(version, manifest):
                for row in rows_of(chunk):
                    spool.add(row)
            try:
                check_catalog(spool, lambda rows_done: None)
            except UnservableCatalog as error:
                problems = [
                    {"kind": each.kind, "key": each.key, "field": _field(each), "problem": _rest(each)}
                    for each in error.problems
                ]
                return {"refusals": problems, "refusals_in_all": len(problems)}
            counts = spool.counts
        blob = (blob_format, version, digest)
        for key in (
            items.blob_format_key(blob_format),
            items.blob_note_key(*blob),
            {"pk": {"S": items.blob_partitions(*blob)[0]}, "sk": {"S": "000000"}},
            items.blob_manifest_key(*blob),
        ):
            self._client.put_item(TableName=self._table, Item=key)
        return {
            "version": version,
            "digest": digest,
            "formats": [blob_format],
            "blob_bytes": manifest.raw_bytes,
            "compressed_bytes": manifest.raw_bytes,
            "line_items": counts["line_item"],
            "contents": counts["content"],
        }


class CompilerServer:
    """A running server on a free port. `compile` answers, unless a test sets `answer`."""

    def __init__(self, dynamodb_client: Any) -> None:
        self.calls: list[dict[str, Any]] = []
        # The format that each function writes.
        self.functions = {FUNCTION: 1}
        self.table = ""
        self.answer: Callable[[dict[str, Any]], Answer] | None = None
        self._dynamodb = dynamodb_client
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = server.invoke(self.path, json.loads(body))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                # A client that no longer waits is gone.
                with contextlib.suppress(BrokenPipeError):
                    self.end_headers()
                    self.wfile.write(answer)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def client(self, read_timeout_seconds: float = 60) -> Any:
        config = Config(read_timeout=read_timeout_seconds, retries={"total_max_attempts": 1})
        names = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        return boto3.client("lambda", endpoint_url=self.url, region_name="local", config=config, **names)

    def compiler(self, function: str = FUNCTION, **options: Any) -> Compiler:
        return Compiler(function, lambda: self.client(**options))

    def invoke(self, path: str, payload: dict[str, Any]) -> Answer:
        self.calls.append(payload)
        blob_format = self.functions.get(path.removeprefix(_PREFIX).removesuffix("/invocations"))
        if blob_format is None:
            headers = {"x-amzn-errortype": "ResourceNotFoundException"}
            return 404, headers, b'{"Type":"User","Message":"Function not found"}'
        if self.answer is not None:
            return self.answer(payload)
        reader = DraftReader(self._dynamodb, self.table)
        compiled = reader.compile(payload["version"], payload["digest"], blob_format)
        headers = {"X-Amz-Function-Error": "Unhandled"} if "error" in compiled else {}
        return 200, headers, json.dumps(compiled).encode()


def _field(problem: Any) -> str:
    """The field that a problem begins with, where it does."""
    name, separator, _ = problem.problem.partition(": ")
    return name if separator and " " not in name else ""


def _rest(problem: Any) -> str:
    field = _field(problem)
    return problem.problem[len(field) + 2 :] if field else problem.problem
