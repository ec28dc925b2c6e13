"""Items of a partition, page by page."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published.errors import unavailable
from kernel.published.items import Item


def keys_of(client: Any, table: str, partition: str) -> Iterator[Item]:
    """The keys of a partition's items in the order of their sort keys: what deletes a partition has to
    know no more.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :partition",
        "ProjectionExpression": "pk, sk",
        "ExpressionAttributeValues": {":partition": {"S": partition}},
        "ConsistentRead": True,
    }
    return items_of(client, request)


def items_of(client: Any, request: dict[str, Any]) -> Iterator[Item]:
    """All items that a query finds. Raises StoreError."""
    while True:
        try:
            answer = client.query(**request)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        yield from answer.get("Items", [])
        if not (next_key := answer.get("LastEvaluatedKey")):
            return
        request = {**request, "ExclusiveStartKey": next_key}
