"""Several items with one request: DynamoDB may answer a part, and is then asked for the rest."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published.errors import Unavailable, unavailable
from kernel.published.items import Item

# DynamoDB takes 100 keys and answers 16 MB at most.
_ATTEMPTS_MAX = 8
_FIRST_BACKOFF_SECONDS = 0.05
_DELETES_PER_REQUEST = 25


def get_items(client: Any, table: str, keys: list[Item]) -> list[Item | None]:
    """The items of some keys, in their order; None for one that is not there. Read consistently."""
    found: dict[tuple[str, str], Item] = {}
    rest = keys
    for attempt in range(_ATTEMPTS_MAX):
        _pause(attempt)
        try:
            answer = client.batch_get_item(RequestItems={table: {"Keys": rest, "ConsistentRead": True}})
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        for item in answer.get("Responses", {}).get(table, []):
            found[_name(item)] = item
        rest = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        if not rest:
            return [found.get(_name(key)) for key in keys]
    raise Unavailable(f"DynamoDB: it was too busy to read, {_ATTEMPTS_MAX} times")


def delete_items(client: Any, table: str, keys: list[Item]) -> None:
    """Deletes the items of some keys. One that is not there is no mistake."""
    for start in range(0, len(keys), _DELETES_PER_REQUEST):
        requests = [{"DeleteRequest": {"Key": key}} for key in keys[start : start + _DELETES_PER_REQUEST]]
        _delete(client, table, requests)


def _delete(client: Any, table: str, requests: list[dict[str, Any]]) -> None:
    for attempt in range(_ATTEMPTS_MAX):
        _pause(attempt)
        try:
            answer = client.batch_write_item(RequestItems={table: requests})
        except (BotoCoreError, ClientError) as error:
            raise unavailable(error) from None
        requests = answer.get("UnprocessedItems", {}).get(table, [])
        if not requests:
            return
    raise Unavailable(f"DynamoDB: it was too busy to delete, {_ATTEMPTS_MAX} times")


def _pause(attempt: int) -> None:
    if attempt:
        time.sleep(_FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))


def _name(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
