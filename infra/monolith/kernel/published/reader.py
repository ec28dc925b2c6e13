"""The one reader of published catalogs."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published import items
from kernel.published.errors import Malformed, unavailable
from kernel.published.items import Item, PublishRecord, Row
from kernel.published.partition import items_of

# A process that serves holds two versions for a moment, the old one and the new one. More JSON than
# this would not fit its memory twice. The functions have the same limit.
CATALOG_BYTES_MAX = 64 * 1024 * 1024


class PublishedCatalogs:
    """The catalogs of one table. Every method raises StoreError."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def current_version(self, *, is_consistent: bool = True) -> int | None:
        """The version that is served now; None if none was ever published.

        A read that is only eventually consistent costs half, and may give an older version.
        """
        pointer = self._get(items.pointer_key(), is_consistent=is_consistent)
        return None if pointer is None else items.read_version(pointer)

    def last_published(self) -> PublishRecord | None:
        """The publish record of the version that is served now; None if none was ever published."""
        version = self.current_version()
        return None if version is None else self.record(version)

    def record(self, version: int) -> PublishRecord:
        """The publish record of a version. Raises Malformed if it was never published."""
        item = self._get(items.record_key(version), is_consistent=True)
        if item is None:
            raise Malformed(f"DynamoDB: version {version} was never published")
        return items.read_record(item)

    def rows(self, version: int) -> Iterator[Row]:
        """A version's rows in the order of their sort keys, one page in memory at a time.

        Raises Malformed, at the latest after the last row, if these are not the rows that the
        publish record counts, or if they are too large to be served.
        """
        expected = {kind: count for kind, count in self.record(version).row_counts.items() if count}
        rows_max = sum(expected.values())
        found: Counter[str] = Counter()
        bytes_read = 0
        for item in items_of(self._client, self._table, version):
            row = items.read_row(version, item)
            found[row.kind] += 1
            bytes_read += len(row.json.encode())
            if bytes_read > CATALOG_BYTES_MAX:
                text = f"DynamoDB: version {version} has more than {CATALOG_BYTES_MAX:,} bytes of rows"
                raise Malformed(text)
            if found.total() > rows_max:
                break
            yield row
        if found != expected:
            found_text = f"{dict(found)} of {expected}"
            raise Malformed(f"DynamoDB: version {version} is not whole: {found_text}")

    def _get(self, key: Item, *, is_consistent: bool) -> Item | None:
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=is_consistent)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        item: Item | None = answer.get("Item")
        return item
