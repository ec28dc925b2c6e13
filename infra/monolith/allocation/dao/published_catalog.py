"""Reads published catalogs from DynamoDB, in the layout that `publishing.dynamodb` writes.

The pointer is read eventually consistent, and again consistently where it seems to go back in time.
Rows are read consistently, once a version.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from allocation.catalog.rows import Rows, read_rows
from allocation.dao.error import StoreError
from publishing.dynamodb import errors
from publishing.dynamodb.client import connect
from publishing.dynamodb.items import (
    Item,
    pointer_key,
    read_record,
    read_row,
    read_version,
    record_key,
)
from publishing.dynamodb.partition import items_of

# A version of more JSON than this would not fit a process's memory, twice, beside the one in use.
_ROWS_BYTES_MAX = 64 * 1024 * 1024
# Two attempts at the pointer within less than the 250 ms that a request waits for it; more for the
# first, which has to connect and has nothing to serve meanwhile.
_POINTER_TIMEOUT_SECONDS = 0.115
_FIRST_POINTER_TIMEOUT_SECONDS = 1.0
_POINTER_ATTEMPTS = 2
# One attempt at anything else: a page of rows has 1 MB.
_ROWS_TIMEOUT_SECONDS = 3.0
_ROWS_ATTEMPTS = 3


class DynamoDbCatalog:
    """Catalogs in a table. Clients are made when first used, so after a worker has been forked."""

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._table, self._region, self._endpoint_url = table, region, endpoint_url
        # The version of the last pointer that was read; 0 before the first.
        self._last_seen = 0
        self._clients: dict[float, Any] = {}

    def current_version(self) -> int | None:
        try:
            version = self._pointer(is_consistent=False)
            if (version or 0) < self._last_seen:
                # A replica that lags, or somebody emptied the table: a consistent read can tell.
                version = self._pointer(is_consistent=True)
        except errors.StoreError as error:
            raise StoreError(str(error)) from None
        self._last_seen = version or 0
        return version

    def rows(self, version: int) -> Rows:
        try:
            return read_rows(self._whole_version(version))
        except errors.StoreError as error:
            raise StoreError(str(error)) from None

    def _pointer(self, *, is_consistent: bool) -> int | None:
        timeout_seconds = (
            _POINTER_TIMEOUT_SECONDS if self._last_seen else _FIRST_POINTER_TIMEOUT_SECONDS
        )
        client = self._client(timeout_seconds, _POINTER_ATTEMPTS)
        item = self._get(client, pointer_key(), is_consistent=is_consistent)
        return None if item is None else read_version(item)

    def _whole_version(self, version: int) -> Iterator[tuple[str, str]]:
        """Kind and JSON of every row; makes sure that it was all of the version, and no more."""
        client = self._client(_ROWS_TIMEOUT_SECONDS, _ROWS_ATTEMPTS)
        record = self._get(client, record_key(version), is_consistent=True)
        if record is None:
            raise StoreError(f"version {version} was never published")
        expected = read_record(record).row_counts
        found: Counter[str] = Counter()
        bytes_read = 0
        for item in items_of(client, self._table, version):
            row = read_row(version, item)
            found[row.kind] += 1
            bytes_read += len(row.json.encode())
            if sum(found.values()) > sum(expected.values()) or bytes_read > _ROWS_BYTES_MAX:
                raise StoreError(f"version {version} holds more than it may")
            yield row.kind, row.json
        for kind, count in expected.items():
            if found[kind] != count:
                raise StoreError(f"version {version} has {found[kind]} of {count} rows of {kind}")

    def _get(self, client: Any, key: Item, *, is_consistent: bool) -> Item | None:
        try:
            answer = client.get_item(TableName=self._table, Key=key, ConsistentRead=is_consistent)
        except (BotoCoreError, ClientError) as error:
            raise errors.unavailable(error) from None
        return answer.get("Item")

    def _client(self, timeout_seconds: float, attempts_max: int) -> Any:
        if timeout_seconds not in self._clients:
            self._clients[timeout_seconds] = connect(
                self._endpoint_url,
                self._region,
                connect_timeout_seconds=timeout_seconds,
                attempt_timeout_seconds=timeout_seconds,
                attempts_max=attempts_max,
            )
        return self._clients[timeout_seconds]
