"""The partition of a version's rows, page by page."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published.errors import unavailable
from kernel.published.items import Item, rows_partition


def items_of(client: Any, table: str, version: int) -> Iterator[Item]:
    """A version's items in the order of their sort keys; at most 1 MB of them in memory at once."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :partition",
        "ExpressionAttributeValues": {":partition": {"S": rows_partition(version)}},
        "ConsistentRead": True,
    }
    while True:
        try:
            answer = client.query(**request)
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        yield from answer.get("Items", [])
        if not (next_key := answer.get("LastEvaluatedKey")):
            return
        request["ExclusiveStartKey"] = next_key
