"""The table as publishing uses it: every published catalog to read, a new one to write, and old
ones to delete.
"""

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published import items
from kernel.published.batch import delete_items
from kernel.published.errors import unavailable
from kernel.published.items import PublishRecord
from kernel.published.partition import keys_of
from kernel.published.reader import PublishedCatalogs
from publishing.dynamodb.draft import Draft


class CatalogStore(PublishedCatalogs):
    """The catalogs of one table, and the ways to add one and to delete one."""

    def begin(self, version: int) -> Draft:
        """Claims a version, also one that another publisher has claimed. Raises Conflict if the
        version is published already.
        """
        return Draft(self._client, self._table, version)

    def oldest_records(self, version_max: int, count_max: int) -> list[PublishRecord]:
        """The publish records of the oldest versions up to one, the oldest first."""
        if version_max < 1:
            return []
        try:
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND sk <= :sk",
                ExpressionAttributeValues={
                    ":pk": items.record_key(version_max)["pk"],
                    ":sk": items.record_key(version_max)["sk"],
                },
                Limit=count_max,
                ConsistentRead=True,
            )
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        return [items.read_record(item) for item in answer.get("Items", [])]

    def delete_version(self, record: PublishRecord) -> None:
        """Deletes the rows of a version and what was compiled of them, and its record last: an
        interrupted deletion is found again. What a reader looks for first goes first.
        """
        version = record.version
        formats = self._blob_formats() if record.digest else []
        blobs = [items.blob_manifest_key(each, version, record.digest) for each in formats]
        delete_items(self._client, self._table, [*blobs, items.rows_manifest_key(version)])
        partitions = items.rows_partitions(version)
        for each in formats:
            partitions += items.blob_partitions(each, version, record.digest)
        for partition in partitions:
            delete_items(self._client, self._table, list(keys_of(self._client, self._table, partition)))
        delete_items(self._client, self._table, [items.record_key(version)])

    def _blob_formats(self) -> list[int]:
        """The formats that the compiler has ever written blobs in."""
        keys = keys_of(self._client, self._table, items.BLOB_FORMATS)
        return [int(key["sk"]["S"]) for key in keys]
