"""Reading published catalogs, and beginning a new one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from publishing.dynamodb import items
from publishing.dynamodb.draft import Draft
from publishing.dynamodb.errors import Malformed, unavailable
from publishing.dynamodb.items import Item, PublishRecord, Row
from publishing.dynamodb.partition import items_of


class CatalogStore:
    """Catalogs in a table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def last_published(self) -> PublishRecord | None:
        """The record of the version that is served now, read strongly consistent."""
        pointer = self._get(items.pointer_key())
        return self.record(items.read_version(pointer)) if pointer else None

    def record(self, version: int) -> PublishRecord:
        item = self._get(items.record_key(version))
        if item is None:
            raise Malformed(f"DynamoDB: version {version} was never published")
        return items.read_record(item)

    def rows(self, version: int) -> Iterator[Row]:
        """A version's rows in the order of their sort keys, one page in memory at a time.

        Fails at its end if that was not all of the version.
        """
        record = self.record(version)
        found: Counter[str] = Counter()
        for item in items_of(self._client, self._table, version):
            row = items.read_row(version, item)
            found[row.kind] += 1
            yield row
        wanted = {kind: count for kind, count in record.row_counts.items() if count}
        if found != wanted:
            raise Malformed(f"DynamoDB: version {version} is not whole: {dict(found)} of {wanted}")

    def begin(self, version: int) -> Draft:
        """Claims a version, whoever had claimed it before; Conflict if it is published."""
        return Draft(self._client, self._table, version)

    def _get(self, key: Item) -> Item | None:
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        return answer.get("Item")
