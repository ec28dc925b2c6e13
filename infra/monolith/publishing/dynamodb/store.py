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
from publishing.dynamodb.blobs import Blob, noted_blobs
from publishing.dynamodb.draft import Draft
from publishing.dynamodb.formats import Formats

# The table keeps twenty, and those that interrupted deletions have left.
_VERSIONS_MAX = 1_000


class CatalogStore(PublishedCatalogs):
    """The catalogs of one table, and the ways to add one and to delete one."""

    @property
    def formats(self) -> Formats:
        return Formats(self._client, self._table)

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
        """Deletes the rows of a version and what was compiled of them, of drafts of it, too, and its
        record last: an interrupted deletion is found again. What a reader looks for first goes first.
        """
        version = record.version
        blobs = noted_blobs(self._client, self._table, version)
        if record.digest:
            # Blobs of before have no note.
            written = (Blob(each, version, items.short(record.digest)) for each in self.formats.written())
            blobs += [blob for blob in written if blob not in blobs]
        self._delete_blobs(blobs)
        delete_items(self._client, self._table, [items.rows_manifest_key(version)])
        for partition in items.rows_partitions(version):
            delete_items(self._client, self._table, list(keys_of(self._client, self._table, partition)))
        delete_items(self._client, self._table, [items.record_key(version)])

    def drop_format(self, number: int) -> int:
        """Deletes the blobs of all versions in a format, and its note last; how many there may have been."""
        last = self.last_published()
        versions = last.version if last else 0
        records = self.oldest_records(versions, _VERSIONS_MAX)
        blobs = [Blob(number, each.version, items.short(each.digest)) for each in records if each.digest]
        for version in [*(each.version for each in records), versions + 1]:
            noted = noted_blobs(self._client, self._table, version)
            blobs += [blob for blob in noted if blob.format == number and blob not in blobs]
        self._delete_blobs(blobs)
        self.formats.forget(number)
        return len(blobs)

    def has_blob(self, number: int, record: PublishRecord) -> bool:
        """Whether a version was compiled in a format."""
        key = items.blob_manifest_key(number, record.version, record.digest)
        return self._get(key, is_consistent=True) is not None

    def is_claimed(self, version: int) -> bool:
        """Whether a publisher has begun a version that is not published."""
        return self._get(items.claim_key(version), is_consistent=True) is not None

    def _delete_blobs(self, blobs: list[Blob]) -> None:
        for blob in blobs:
            delete_items(self._client, self._table, list(blob.keys(self._client, self._table)))
