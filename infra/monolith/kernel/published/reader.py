"""The one reader of published catalogs."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published import items
from kernel.published.batch import get_items
from kernel.published.chunks import Chunk, digest_of, rows_in, unpack
from kernel.published.errors import Malformed, unavailable
from kernel.published.items import Item, PublishRecord, RowsManifest
from kernel.published.row import Row

# A process that serves holds two versions for a moment, the old one and the new one. More rows than
# this, not compressed, would not fit its memory twice. The functions have the same limit.
CATALOG_BYTES_MAX = 64 * 1024 * 1024
# Chunks in one request: one of each partition.
_CHUNKS_PER_REQUEST = items.SHARDS


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
            raise Malformed(f"DynamoDB: version {version} was never published, or has been deleted")
        return items.read_record(item)

    def manifest(self, version: int) -> RowsManifest | None:
        """What the rows of a version or draft are made of; None if there are none."""
        item = self._get(items.rows_manifest_key(version), is_consistent=True)
        return None if item is None else items.read_rows_manifest(version, item)

    def chunks(self, version: int) -> Iterator[Chunk]:
        """The chunks of a published version in their order, a few in memory at a time.

        Raises Malformed, at the latest after the last chunk, if these are not the rows that were
        published.
        """
        digest, manifest = self.record(version).digest, self.manifest(version)
        if not digest:
            text = f"DynamoDB: version {version} has the layout of before: publish the catalog anew"
            raise Malformed(text)
        if manifest is None or manifest.digest != digest:
            raise Malformed(f"DynamoDB: the rows of version {version} are not those that were published")
        return self._chunks(version, manifest)

    def rows(self, version: int) -> Iterator[Row]:
        """A published version's rows in the order of their kinds and keys, a chunk in memory at a time.

        Raises Malformed, at the latest after the last row, if these are not the rows that were
        published, or if they are too large to be served.
        """
        raw_bytes = 0
        for chunk in self.chunks(version):
            lines = unpack(chunk)
            raw_bytes += len(lines)
            if raw_bytes > CATALOG_BYTES_MAX:
                text = f"DynamoDB: version {version} has more than {CATALOG_BYTES_MAX:,} bytes of rows"
                raise Malformed(text)
            yield from rows_in(lines)

    def _chunks(self, version: int, manifest: RowsManifest) -> Iterator[Chunk]:
        digests = []
        for start in range(0, manifest.chunks, _CHUNKS_PER_REQUEST):
            indexes = range(start, min(start + _CHUNKS_PER_REQUEST, manifest.chunks))
            keys = [items.rows_chunk_key(version, index) for index in indexes]
            for index, item in zip(indexes, get_items(self._client, self._table, keys), strict=True):
                if item is None:
                    raise Malformed(f"DynamoDB: chunk {index} of version {version} is missing")
                chunk = items.read_rows_chunk(version, index, item)
                digests.append(chunk.sha256)
                yield chunk
        if digest_of(digests) != manifest.digest:
            raise Malformed(f"DynamoDB: the chunks of version {version} are not those of its manifest")

    def _get(self, key: Item, *, is_consistent: bool) -> Item | None:
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=is_consistent)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        item: Item | None = answer.get("Item")
        return item
