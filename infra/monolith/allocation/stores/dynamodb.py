"""Reads published catalogs from DynamoDB.

The table has the string keys `pk` and `sk`:

| item | `pk` | `sk` | attributes |
|---|---|---|---|
| row | `catalog#<version>` | `<kind>#<key>` | `row`: the row as a JSON object in a string |
| publish record | `publish` | the version in 12 digits | `row_counts`: map of kind to N |
| pointer | `pointer` | `catalog` | `version` N: the version that is served |

The pointer is read eventually consistent, and again consistently where it seems to go back in time.
Rows are read consistently, once a version.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from allocation.catalog.rows import Rows, read_rows
from allocation.stores.catalog_cache import StoreError

# A version of more JSON than this would not fit a process's memory, twice, beside the one in use.
_ROWS_BYTES_MAX = 64 * 1024 * 1024
# Two attempts at the pointer within less than the 250 ms that a request waits for it; more for the
# first, which has to connect and has nothing to serve meanwhile.
_POINTER_TIMEOUT_SECONDS = 0.115
_FIRST_POINTER_TIMEOUT_SECONDS = 1.0
# One attempt at anything else: a page of rows has 1 MB.
_ROWS_TIMEOUT_SECONDS = 3.0

_POINTER_KEY = {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}


class DynamoDbCatalog:
    """Catalogs in a table. Clients are made when first used, so after a worker has been forked."""

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._table = table
        self._settings = {"region_name": region, "endpoint_url": endpoint_url}
        # The version of the last pointer that was read; 0 before the first.
        self._last_seen = 0
        self._clients: dict[tuple[float, int], Any] = {}

    def current_version(self) -> int | None:
        try:
            version = self._pointer(is_consistent=False)
            if (version or 0) < self._last_seen:
                # A replica that lags, or somebody emptied the table: a consistent read can tell.
                version = self._pointer(is_consistent=True)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(_reason(error)) from None
        self._last_seen = version or 0
        return version

    def rows(self, version: int) -> Rows:
        try:
            return read_rows(self._whole_version(version))
        except (BotoCoreError, ClientError) as error:
            raise StoreError(_reason(error)) from None

    def _pointer(self, *, is_consistent: bool) -> int | None:
        timeout_seconds = (
            _POINTER_TIMEOUT_SECONDS if self._last_seen else _FIRST_POINTER_TIMEOUT_SECONDS
        )
        client = self._client(timeout_seconds, attempts=2)
        answer = client.get_item(
            TableName=self._table, Key=_POINTER_KEY, ConsistentRead=is_consistent
        )
        item = answer.get("Item")
        return None if item is None else _version(item)

    def _whole_version(self, version: int) -> Iterator[tuple[str, str]]:
        """Kind and JSON of every row; makes sure that it was all of the version, and no more."""
        expected = self._row_counts(version)
        found: Counter[str] = Counter()
        bytes_read = 0
        for item in self._items(version):
            kind, row = _row(version, item)
            found[kind] += 1
            bytes_read += len(row.encode())
            if found.total() > sum(expected.values()) or bytes_read > _ROWS_BYTES_MAX:
                raise StoreError(f"version {version} holds more than it may")
            yield kind, row
        for kind, count in expected.items():
            if found[kind] != count:
                raise StoreError(f"version {version} has {found[kind]} of {count} rows of {kind}")

    def _row_counts(self, version: int) -> dict[str, int]:
        key = {"pk": {"S": "publish"}, "sk": {"S": f"{version:012}"}}
        answer = self._rows_client().get_item(TableName=self._table, Key=key, ConsistentRead=True)
        try:
            counts = answer["Item"]["row_counts"]["M"]
            return {kind: int(count["N"]) for kind, count in counts.items()}
        except (KeyError, ValueError):
            raise StoreError(f"version {version} has no readable publish record") from None

    def _items(self, version: int) -> Iterator[Mapping[str, Any]]:
        pages = (
            self._rows_client()
            .get_paginator("query")
            .paginate(
                TableName=self._table,
                KeyConditionExpression="pk = :partition",
                ExpressionAttributeValues={":partition": {"S": f"catalog#{version}"}},
                ConsistentRead=True,
            )
        )
        for page in pages:
            yield from page["Items"]

    def _rows_client(self) -> Any:
        return self._client(_ROWS_TIMEOUT_SECONDS, attempts=3)

    def _client(self, timeout_seconds: float, attempts: int) -> Any:
        key = (timeout_seconds, attempts)
        if key not in self._clients:
            config = Config(
                connect_timeout=timeout_seconds,
                read_timeout=timeout_seconds,
                retries={"total_max_attempts": attempts, "mode": "standard"},
            )
            # A session of its own: the default one is not made for threads.
            session = boto3.session.Session()
            self._clients[key] = session.client("dynamodb", config=config, **self._settings)
        return self._clients[key]


def _version(item: Mapping[str, Any]) -> int:
    try:
        return int(item["version"]["N"])
    except (KeyError, ValueError):
        raise StoreError("the pointer names no version") from None


def _row(version: int, item: Mapping[str, Any]) -> tuple[str, str]:
    sort, row = item.get("sk", {}).get("S", ""), item.get("row", {}).get("S")
    kind, separator, _key = sort.partition("#")
    if not separator or row is None:
        raise StoreError(f"version {version} holds an item that is no row")
    return kind, row


def _reason(error: Exception) -> str:
    """What happened, and nothing of what was asked or answered."""
    if isinstance(error, ClientError):
        return f"DynamoDB answered {error.response.get('Error', {}).get('Code', 'an error')}"
    return f"DynamoDB is unavailable ({type(error).__name__})"
