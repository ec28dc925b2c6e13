"""Writing: a version's chunks of rows under a claim, and then its publication."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kernel.published import items
from kernel.published.chunks import Chunk
from kernel.published.items import Item, PublishRecord, RowsManifest
from kernel.published.partition import keys_of
from publishing.dynamodb.blobs import noted_blobs
from publishing.dynamodb.transactions import (
    ABSENT,
    NO_CONDITION,
    Action,
    check,
    delete,
    older_than,
    put,
    transact,
    written_by,
)

# DynamoDB takes 100 actions in a transaction; one of them checks the claim.
_ACTIONS_PER_TRANSACTION = 99
# DynamoDB takes 4 MB in a transaction, names and keys included.
_BYTES_PER_TRANSACTION = 3 * 1024 * 1024


class Draft:
    """A version between its claim and its publication. No reader sees it.

    A publisher that claims the version later takes it over: the next step of this one is then a
    Conflict.
    """

    def __init__(self, client: Any, table: str, version: int) -> None:
        self._client = client
        self._table = table
        self._version = version
        self._writer = str(uuid.uuid4())
        actions = [
            check(table, items.record_key(version), ABSENT),
            put(table, items.claim_item(version, self._writer), NO_CONDITION),
        ]
        transact(client, actions, f"version {version} is published already")

    def write(
        self, chunks: Iterable[Chunk], manifest: RowsManifest, on_progress: Callable[[int], None]
    ) -> None:
        """Writes the chunks in place of what interrupted publishers left behind, and the manifest last.

        Calls `on_progress` after each transaction with the number of chunks written so far.
        """
        self._clear(manifest.digest, on_progress)
        actions: list[Action] = []
        action_bytes = written = 0
        for index, chunk in enumerate(chunks):
            is_full = len(actions) == _ACTIONS_PER_TRANSACTION
            if is_full or action_bytes + len(chunk.data) > _BYTES_PER_TRANSACTION:
                self._transact(actions)
                written += len(actions)
                on_progress(written)
                actions, action_bytes = [], 0
            item = items.rows_chunk_item(self._version, index, chunk)
            actions.append(put(self._table, item, NO_CONDITION))
            action_bytes += len(chunk.data)
        self._transact(actions)
        item = items.rows_manifest_item(self._version, manifest)
        self._transact([put(self._table, item, NO_CONDITION)])
        on_progress(written + len(actions))

    def publish(self, record: PublishRecord) -> None:
        """Lets the version be served: writes its record and the pointer and ends the claim, all in
        one transaction.
        """
        version = self._version
        actions = [
            delete(self._table, items.claim_key(version), written_by(self._writer)),
            put(self._table, items.record_item(record), ABSENT),
            put(self._table, items.pointer_item(version, record.digest), older_than(version)),
        ]
        transact(self._client, actions, self._lost())

    def _clear(self, digest: str, on_progress: Callable[[int], None]) -> None:
        """Deletes the rows of interrupted publishers, and what was compiled of other rows than those
        of this digest.
        """
        actions: list[Action] = []
        for key in self._left_behind(digest):
            if len(actions) == _ACTIONS_PER_TRANSACTION:
                self._transact(actions)
                on_progress(0)
                actions = []
            actions.append(delete(self._table, key, NO_CONDITION))
        self._transact(actions)

    def _left_behind(self, digest: str) -> Iterator[Item]:
        yield items.rows_manifest_key(self._version)
        for partition in items.rows_partitions(self._version):
            yield from keys_of(self._client, self._table, partition)
        for blob in noted_blobs(self._client, self._table, self._version):
            if blob.digest != items.short(digest):
                yield from blob.keys(self._client, self._table)

    def _transact(self, actions: list[Action]) -> None:
        """Does the actions, provided that this draft still holds the claim."""
        if actions:
            claim = items.claim_key(self._version)
            is_claimed = check(self._table, claim, written_by(self._writer))
            transact(self._client, [*actions, is_claimed], self._lost())

    def _lost(self) -> str:
        return f"another publisher has claimed version {self._version}, or has published it"
