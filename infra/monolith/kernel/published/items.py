"""The items of the table: how they are keyed, written and read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, NamedTuple

from kernel.published.errors import Malformed

Item = dict[str, dict[str, Any]]


class Row(NamedTuple):
    """A row of a catalog: `line_item`, `li-1017` and its JSON object as text."""

    kind: str
    key: str
    json: str

    @property
    def sort_key(self) -> str:
        return f"{self.kind}#{self.key}"


@dataclass(frozen=True)
class PublishRecord:
    """The item that makes a version a published one: how many rows of each kind it has."""

    version: int
    published_at: datetime
    row_counts: Mapping[str, int]


def pointer_key() -> Item:
    return _key("pointer", "catalog")


def record_key(version: int) -> Item:
    return _key("publish", _padded(version))


def claim_key(version: int) -> Item:
    return _key("claim", _padded(version))


def rows_partition(version: int) -> str:
    return f"catalog#{version}"


def pointer_item(version: int) -> Item:
    return {**pointer_key(), "version": _number(version)}


def claim_item(version: int, writer: str) -> Item:
    return {**claim_key(version), "version": _number(version), "writer": {"S": writer}}


def record_item(record: PublishRecord) -> Item:
    published_at = record.published_at.astimezone(timezone.utc)
    counts = {kind: _number(count) for kind, count in record.row_counts.items()}
    return {
        **record_key(record.version),
        "version": _number(record.version),
        "published_at": {"S": published_at.strftime("%Y-%m-%dT%H:%M:%SZ")},
        "row_counts": {"M": counts},
    }


def row_item(version: int, row: Row) -> Item:
    return {**_key(rows_partition(version), row.sort_key), "row": {"S": row.json}}


def key_of(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def read_version(item: Item) -> int:
    try:
        return int(item["version"]["N"])
    except (KeyError, ValueError):
        raise Malformed("DynamoDB: the pointer names no version") from None


def read_record(item: Item) -> PublishRecord:
    try:
        counts = item["row_counts"]["M"]
        return PublishRecord(
            version=int(item["version"]["N"]),
            # Python 3.10 does not read the Z of UTC.
            published_at=datetime.fromisoformat(item["published_at"]["S"].replace("Z", "+00:00")),
            row_counts={kind: int(count["N"]) for kind, count in counts.items()},
        )
    except (KeyError, ValueError):
        raise Malformed("DynamoDB: a publish record cannot be read") from None


def read_row(version: int, item: Item) -> Row:
    try:
        kind, separator, key = item["sk"]["S"].partition("#")
        json = item["row"]["S"]
    except KeyError:
        separator = ""
    if not separator:
        raise Malformed(f"DynamoDB: version {version} holds an item that is no row")
    return Row(kind, key, json)


def _key(partition: str, sort: str) -> Item:
    return {"pk": {"S": partition}, "sk": {"S": sort}}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _padded(version: int) -> str:
    """A version with zeros in front: versions then sort as texts in the order of their numbers."""
    return f"{version:012}"
