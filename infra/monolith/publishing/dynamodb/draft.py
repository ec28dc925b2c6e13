"""Writing: a version's rows under a claim, and then its publication."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from kernel.published import items
from kernel.published.errors import Malformed
from kernel.published.items import PublishRecord, Row
from kernel.published.partition import items_of
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
# DynamoDB takes 400 KB in an item, names and keys included.
_ROW_BYTES_MAX = 390 * 1024


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

    def write(self, rows: Iterable[Row], on_progress: Callable[[int], None]) -> None:
        """Writes the rows in place of those that an interrupted publisher left behind.

        Calls `on_progress` after each transaction with the number of rows written so far.
        """
        self._clear(on_progress)
        written = 0
        actions: list[Action] = []
        action_bytes = 0
        for row in rows:
            row_bytes = self._size(row)
            is_full = len(actions) == _ACTIONS_PER_TRANSACTION
            if is_full or action_bytes + row_bytes > _BYTES_PER_TRANSACTION:
                self._transact(actions)
                written += len(actions)
                on_progress(written)
                actions, action_bytes = [], 0
            actions.append(put(self._table, items.row_item(self._version, row), NO_CONDITION))
            action_bytes += row_bytes
        self._transact(actions)
        on_progress(written + len(actions))

    def publish(self, record: PublishRecord) -> None:
        """Lets the version be served: writes its record and the pointer and ends the claim, all in
        one transaction.
        """
        version = self._version
        actions = [
            delete(self._table, items.claim_key(version), written_by(self._writer)),
            put(self._table, items.record_item(record), ABSENT),
            put(self._table, items.pointer_item(version), older_than(version)),
        ]
        transact(self._client, actions, self._lost())

    def _clear(self, on_progress: Callable[[int], None]) -> None:
        actions: list[Action] = []
        for item in items_of(self._client, self._table, self._version):
            if len(actions) == _ACTIONS_PER_TRANSACTION:
                self._transact(actions)
                on_progress(0)
                actions = []
            actions.append(delete(self._table, items.key_of(item), NO_CONDITION))
        self._transact(actions)

    def _transact(self, actions: list[Action]) -> None:
        """Does the actions, provided that this draft still holds the claim."""
        if actions:
            claim = items.claim_key(self._version)
            is_claimed = check(self._table, claim, written_by(self._writer))
            transact(self._client, [*actions, is_claimed], self._lost())

    def _size(self, row: Row) -> int:
        size = len(row.sort_key.encode()) + len(row.json.encode())
        if size > _ROW_BYTES_MAX:
            raise Malformed(f"{row.kind} {row.key!r} is larger than {_ROW_BYTES_MAX} bytes")
        return size

    def _lost(self) -> str:
        return f"another publisher has claimed version {self._version}, or has published it"
