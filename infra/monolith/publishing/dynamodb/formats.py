"""The formats of blobs: which function writes each of them beside the one that publishing names.

| item | `pk` | `sk` | attributes |
|---|---|---|---|
| note of a format | `blob#formats` | the format | none: the functions write it with their first blob |
| compiler of a format | `compilers` | the format | `function`: its name, `added_at` |
"""

from datetime import datetime, timezone
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published import items
from kernel.published.batch import delete_items
from kernel.published.errors import unavailable
from kernel.published.partition import keys_of

_PARTITION = "compilers"


class Formats:
    """The formats of one table. Every method raises StoreError."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def written(self) -> list[int]:
        """The formats that blobs were written in, and that were not dropped."""
        return self._numbers(items.BLOB_FORMATS)

    def compilers(self) -> dict[int, str]:
        """The function that writes a format, for those that a function was named for."""
        found = {}
        for number in self._numbers(_PARTITION):
            try:
                answer = self._client.get_item(TableName=self._table, Key=_key(number), ConsistentRead=True)
            except (BotoCoreError, ClientError) as error:
                raise unavailable(error) from None
            if function := answer.get("Item", {}).get("function", {}).get("S"):
                found[number] = function
        return found

    def name_compiler(self, number: int, function: str) -> None:
        """Has each publication compiled by this function, too, in place of the one that was named before."""
        added_at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        item = {**_key(number), "function": {"S": function}, "added_at": {"S": added_at}}
        try:
            self._client.put_item(TableName=self._table, Item=item)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None

    def forget_compilers(self, numbers: list[int]) -> None:
        delete_items(self._client, self._table, [_key(number) for number in numbers])

    def forget(self, number: int) -> None:
        """Deletes the note of a format whose blobs are deleted."""
        delete_items(self._client, self._table, [items.blob_format_key(number)])

    def _numbers(self, partition: str) -> list[int]:
        sorts = [key["sk"]["S"] for key in keys_of(self._client, self._table, partition)]
        return sorted(int(sort) for sort in sorts if sort.isdecimal())


def _key(number: int) -> items.Item:
    return {"pk": {"S": _PARTITION}, "sk": {"S": str(number)}}
