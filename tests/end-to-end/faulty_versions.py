"""Versions that cannot be served, written into a store as a faulty publisher would write them."""

import base64
import hashlib
import json
import struct
from collections import Counter
from dataclasses import dataclass
from typing import Any

from lockfill import web
from lockfill.stack import Stack

# The kind, the key and the JSON of a row.
Row = tuple[str, str, str]
_BLOCK_BYTES_MAX = 128 * 1024


@dataclass(frozen=True)
class Fault:
    """What is wrong with a version, and its rows; without rows nothing is written but the pointer."""

    name: str
    rows: tuple[Row, ...] = ()
    is_chunk_missing: bool = False


def _row(kind: str, **fields: Any) -> Row:
    return kind, fields["id"], json.dumps(fields)


_CHANNEL = _row("channel", id="ch-1", name="Channel")
_CONTENT: dict[str, Any] = {
    "id": "ct-1",
    "title": "Content",
    "image_url": "https://cdn.example/1.jpg",
    "landing_url": "https://shop.example/1",
    "language": "ko",
    "published_at": "2026-11-01T00:00:00Z",
    "quality_ppm": 1,
}
_MOON = {"moon_phases": {"allow": ["full"]}}
FAULTS = (
    Fault("a pointer to nothing"),
    Fault(
        "an unknown condition", (_CHANNEL, _row("content", channel_id="ch-1", targeting=_MOON, **_CONTENT))
    ),
    Fault("a row that is no JSON", (_CHANNEL, ("content", "ct-1", '{"id":"ct-1",'))),
    Fault("a reference to nothing", (_CHANNEL, _row("content", channel_id="ch-2", **_CONTENT))),
    Fault("a missing row", (_CHANNEL, _row("content", channel_id="ch-1", **_CONTENT)), is_chunk_missing=True),
)


def call(stack: Stack, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """An answer of the store, which checks no signature."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        "authorization": "AWS4-HMAC-SHA256 Credential=local/20261126/local/dynamodb/aws4_request, "
        "SignedHeaders=host, Signature=0",
        "x-amz-date": "20261126T000000Z",
    }
    table = stack.function_variables()["LOCKFILL_CATALOG_TABLE"]
    body = json.dumps({"TableName": table, **request})
    answer = web.request("POST", stack.dynamodb_url, headers, body)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def pointer(stack: Stack) -> dict[str, Any]:
    """The item that names the served version."""
    key = {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}
    item: dict[str, Any] = call(stack, "GetItem", {"Key": key, "ConsistentRead": True})["Item"]
    return item


def put(stack: Stack, partition: str, place: str, **attributes: Any) -> None:
    """Puts an item: texts, numbers, bytes, and mappings of numbers."""
    item = {"pk": {"S": partition}, "sk": {"S": place}}
    item |= {name: _value(value) for name, value in attributes.items()}
    call(stack, "PutItem", {"Item": item})


def publish(stack: Stack, version: int, fault: Fault) -> str:
    """Publishes a version with a fault, as if it had been compiled; the digest of its rows."""
    chunks = [_frame("\t".join(row).encode() + b"\n") for row in fault.rows]
    digests = [hashlib.sha256(chunk).digest() for chunk in chunks]
    digest = hashlib.sha256(b"".join(digests)).hexdigest()
    if chunks:
        counts = Counter(kind for kind, _, _ in fault.rows)
        written = chunks[:-1] if fault.is_chunk_missing else chunks
        for index, chunk in enumerate(written):
            place = {"partition": f"rows#{version:012}#{index:02}", "place": f"{index:06}"}
            put(stack, **place, data=chunk, sha256=digests[index])
        manifest = {"digest": digest, "chunks": len(chunks), "row_counts": counts, "raw_bytes": 1_000}
        put(stack, f"rows#{version:012}", "manifest", **manifest)
        record = {"version": version, "digest": digest, "row_counts": counts}
        put(stack, "publish", f"{version:012}", published_at="2026-11-26T00:00:00Z", **record)
    put(stack, "pointer", "catalog", version=version, digest=digest)
    return digest


def _value(value: Any) -> dict[str, Any]:
    match value:
        case bytes():
            return {"B": base64.b64encode(value).decode()}
        case int():
            return {"N": str(value)}
        case Counter():
            return {"M": {name: {"N": str(count)} for name, count in value.items()}}
    return {"S": value}


def _frame(raw: bytes) -> bytes:
    """A zstd frame of one block that is not compressed."""
    assert len(raw) <= _BLOCK_BYTES_MAX
    # The magic number; one segment whose size has four bytes; the last block, raw.
    return (
        b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(raw)) + struct.pack("<I", len(raw) << 3 | 1)[:3] + raw
    )
