"""Reads roll-ups from the table of delivery. Nothing of this program writes them."""

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from delivery.documents import unpack
from delivery.hours import start_of
from kernel.published.errors import Malformed, unavailable
from kernel.published.items import Item
from kernel.published.partition import items_of

MINUTES_PER_HOUR = 60
# Environments write what they have counted under one of so many partitions of a minute.
_COUNTS_SHARDS = 16


class Cursor(NamedTuple):
    """How far the ledger is rolled up, in arrival hours since the epoch."""

    # The first hour that has a roll-up.
    first_hour: int
    # Hours before this one do not change any more.
    closed_until: int
    # No hour from this one on has a roll-up.
    until: int


class DeliveryStore:
    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def cursor(self) -> Cursor | None:
        """None if nothing was ever rolled up. Raises StoreError."""
        key = {"pk": {"S": "rollup"}, "sk": {"S": "cursor"}}
        try:
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        item = answer.get("Item")
        if item is None or "first_minute" not in item:
            return None
        try:
            first, settled, upcoming = (
                int(item[name]["N"]) for name in ("first_minute", "settled_minute", "next_minute")
            )
        except (KeyError, ValueError):
            raise Malformed("DynamoDB: the cursor of the roll-ups cannot be read") from None
        return Cursor(
            first // MINUTES_PER_HOUR, settled // MINUTES_PER_HOUR, -(-upcoming // MINUTES_PER_HOUR)
        )

    def closed_hours(self, first: int, until: int) -> Iterator[int]:
        """The closed hours of that range that have a roll-up, in order. Raises StoreError."""
        day_hours = 24
        for day in range(first // day_hours, -(-until // day_hours)):
            names = {
                item["sk"]["S"].partition("#")[0]
                for item in self._query(_partition_of_day(day * day_hours), "", "sk")
            }
            for name in sorted(names):
                hour = day * day_hours + int(name)
                if first <= hour < until:
                    yield hour

    def hour(self, hour: int) -> list[bytes]:
        """The roll-up of a closed hour: one document, or none if no event arrived."""
        return list(self._documents(_partition_of_day(hour), f"{start_of(hour):%H}#"))

    def minutes(self, hour: int) -> list[bytes]:
        """The roll-ups of the minutes of an hour, in order."""
        return list(self._documents(f"minutes#{start_of(hour):%Y%m%dT%H}", ""))

    def counts_of_minute(self, minute: int) -> Iterator[bytes]:
        """What environments have flushed in a minute since the epoch: a document each."""
        flushed_at = datetime.fromtimestamp(minute * 60, timezone.utc)
        for shard in range(_COUNTS_SHARDS):
            for item in self._query(f"counts#{flushed_at:%Y%m%dT%H%M}#{shard:02}", "", "#data"):
                yield unpack([_data(item)])

    def _documents(self, partition: str, prefix: str) -> Iterator[bytes]:
        name, pieces = "", list[bytes]()
        for item in self._query(partition, prefix, "sk, #data"):
            sort_key, data = item["sk"]["S"], _data(item)
            if sort_key.partition("#")[0] != name and pieces:
                yield unpack(pieces)
                pieces = []
            name = sort_key.partition("#")[0]
            pieces.append(data)
        if pieces:
            yield unpack(pieces)

    def _query(self, partition: str, prefix: str, projection: str) -> Iterator[Item]:
        request: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ProjectionExpression": projection,
            "ConsistentRead": True,
        }
        if prefix:
            request["KeyConditionExpression"] += " AND begins_with(sk, :prefix)"
            request["ExpressionAttributeValues"][":prefix"] = {"S": prefix}
        if "#data" in projection:
            request["ExpressionAttributeNames"] = {"#data": "data"}
        return items_of(self._client, request)


def _data(item: Item) -> bytes:
    try:
        return bytes(item["data"]["B"])
    except (KeyError, TypeError):
        raise Malformed("DynamoDB: a roll-up of delivery has no data") from None


def _partition_of_day(hour: int) -> str:
    return f"hours#{start_of(hour):%Y%m%d}"
