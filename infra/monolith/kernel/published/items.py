"""The items of the table: how they are keyed, written and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from kernel.published.chunks import Chunk
from kernel.published.errors import Malformed

Item = dict[str, dict[str, Any]]


# The chunks of a version are spread over so many partitions, so that no single one limits how fast
# they are read.
SHARDS = 16
MANIFEST = "manifest"


@dataclass(frozen=True)
class RowsManifest:
    """What the rows of a draft or of a version are made of."""

    # Of the version: `chunks.digest_of`.
    digest: str
    chunks: int
    row_counts: Mapping[str, int]
    # Of all chunks before they were compressed.
    raw_bytes: int


@dataclass(frozen=True)
class PublishRecord:
    """The item that makes a version a published one: how many rows of each kind it has."""

    version: int
    published_at: datetime
    row_counts: Mapping[str, int]
    # The digest of its rows. Empty for a version in the layout of before, which cannot be read.
    digest: str


def pointer_key() -> Item:
    return _key("pointer", "catalog")


def record_key(version: int) -> Item:
    return _key("publish", _padded(version))


def claim_key(version: int) -> Item:
    return _key("claim", _padded(version))


def rows_manifest_key(version: int) -> Item:
    return _key(f"rows#{_padded(version)}", MANIFEST)


def rows_partitions(version: int) -> list[str]:
    """The partitions that the chunks of a version's rows are spread over."""
    return [f"rows#{_padded(version)}#{shard:02}" for shard in range(SHARDS)]


def rows_chunk_key(version: int, index: int) -> Item:
    return _key(rows_partitions(version)[index % SHARDS], f"{index:06}")


# The partition whose sort keys are the formats that any blob was written in.
BLOB_FORMATS = "blob#formats"


def blob_format_key(blob_format: int) -> Item:
    return _key(BLOB_FORMATS, str(blob_format))


def blob_notes(version: int) -> str:
    """The partition of the notes about the blobs of a version, which the functions write first."""
    return f"blob#written#{_padded(version)}"


def blob_note_key(blob_format: int, version: int, digest: str) -> Item:
    return _key(blob_notes(version), f"{blob_format}#{short(digest)}")


def blob_manifest_key(blob_format: int, version: int, digest: str) -> Item:
    return _key(_blob(blob_format, version, digest), MANIFEST)


def blob_partitions(blob_format: int, version: int, digest: str) -> list[str]:
    """The partitions that the chunks of a compiled catalog are spread over. Publishing only deletes
    them: the functions write and read them.
    """
    return [f"{_blob(blob_format, version, digest)}#{shard:02}" for shard in range(SHARDS)]


def pointer_item(version: int, digest: str) -> Item:
    return {**pointer_key(), "version": _number(version), "digest": {"S": digest}}


def claim_item(version: int, writer: str) -> Item:
    return {**claim_key(version), "version": _number(version), "writer": {"S": writer}}


def record_item(record: PublishRecord) -> Item:
    published_at = record.published_at.astimezone(timezone.utc)
    return {
        **record_key(record.version),
        "version": _number(record.version),
        "published_at": {"S": published_at.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "row_counts": _counts(record.row_counts),
        "digest": {"S": record.digest},
    }


def rows_manifest_item(version: int, manifest: RowsManifest) -> Item:
    return {
        **rows_manifest_key(version),
        "digest": {"S": manifest.digest},
        "chunks": _number(manifest.chunks),
        "row_counts": _counts(manifest.row_counts),
        "raw_bytes": _number(manifest.raw_bytes),
    }


def rows_chunk_item(version: int, index: int, chunk: Chunk) -> Item:
    return {**rows_chunk_key(version, index), "data": {"B": chunk.data}, "sha256": {"B": chunk.sha256}}


def key_of(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def read_version(item: Item) -> int:
    try:
        return int(item["version"]["N"])
    except (KeyError, ValueError):
        raise Malformed("DynamoDB: the pointer names no version") from None


def read_record(item: Item) -> PublishRecord:
    try:
        return PublishRecord(
            version=int(item["version"]["N"]),
            # Python 3.10 does not read the Z of UTC.
            published_at=datetime.fromisoformat(item["published_at"]["S"].replace("Z", "+00:00")),
            row_counts=_read_counts(item),
            digest=item["digest"]["S"] if "digest" in item else "",
        )
    except (KeyError, ValueError):
        raise Malformed("DynamoDB: a publish record cannot be read") from None


def read_rows_manifest(version: int, item: Item) -> RowsManifest:
    try:
        return RowsManifest(
            digest=item["digest"]["S"],
            chunks=int(item["chunks"]["N"]),
            row_counts=_read_counts(item),
            raw_bytes=int(item["raw_bytes"]["N"]),
        )
    except (KeyError, ValueError):
        raise Malformed(f"DynamoDB: the manifest of version {version} cannot be read") from None


def read_rows_chunk(version: int, index: int, item: Item) -> Chunk:
    """The chunk, if its bytes have the digest that was written with them."""
    try:
        data, sha256 = bytes(item["data"]["B"]), bytes(item["sha256"]["B"])
    except (KeyError, TypeError):
        raise Malformed(f"DynamoDB: chunk {index} of version {version} cannot be read") from None
    chunk = Chunk.of(data)
    if chunk.sha256 != sha256:
        raise Malformed(f"DynamoDB: chunk {index} of version {version} has another digest than its own")
    return chunk


def _counts(counts: Mapping[str, int]) -> dict[str, dict[str, dict[str, str]]]:
    return {"M": {kind: _number(count) for kind, count in counts.items()}}


def _read_counts(item: Item) -> dict[str, int]:
    return {kind: int(count["N"]) for kind, count in item["row_counts"]["M"].items()}


def short(digest: str) -> str:
    """The first digits of a digest, which are enough to keep two drafts of one version apart."""
    return digest[:16]


def _blob(blob_format: int, version: int, digest: str) -> str:
    return f"blob#{blob_format}#{_padded(version)}#{short(digest)}"


def _key(partition: str, sort: str) -> Item:
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _padded(version: int) -> str:
    """A version with zeros in front: versions then sort as texts in the order of their numbers."""
    return f"{version:012}"
