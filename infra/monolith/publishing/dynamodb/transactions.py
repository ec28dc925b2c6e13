"""Transactions: all of their actions happen, or none does."""

import time
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from kernel.published.errors import Malformed, StoreError, Unavailable, unavailable
from kernel.published.items import Item

_ATTEMPTS_MAX = 6
_FIRST_BACKOFF_SECONDS = 0.05
_REFUSED = "DynamoDB: a row was refused: it is too large, or its key is empty"

Action = dict[str, dict[str, Any]]
Condition = dict[str, Any]

NO_CONDITION: Condition = {}
ABSENT: Condition = {"ConditionExpression": "attribute_not_exists(pk)"}


class Conflict(StoreError):
    """Another publisher was faster."""


def older_than(version: int) -> Condition:
    """The item is missing, or it names an older version."""
    return {
        "ConditionExpression": "attribute_not_exists(pk) OR #name < :value",
        "ExpressionAttributeNames": {"#name": "version"},
        "ExpressionAttributeValues": {":value": {"N": str(version)}},
    }


def written_by(writer: str) -> Condition:
    """The item is there and names this writer."""
    return {
        "ConditionExpression": "#name = :value",
        "ExpressionAttributeNames": {"#name": "writer"},
        "ExpressionAttributeValues": {":value": {"S": writer}},
    }


def put(table: str, item: Item, condition: Condition) -> Action:
    return {"Put": {"TableName": table, "Item": item, **condition}}


def delete(table: str, key: Item, condition: Condition) -> Action:
    return {"Delete": {"TableName": table, "Key": key, **condition}}


def check(table: str, key: Item, condition: Condition) -> Action:
    return {"ConditionCheck": {"TableName": table, "Key": key, **condition}}


def transact(client: Any, actions: list[Action], conflict_reason: str) -> None:
    """Does all actions or none. Raises Conflict with `conflict_reason` if a condition fails."""
    # The same token for every attempt: an attempt whose answer was lost may have succeeded, and the
    # next one must not take that for another publisher's write.
    token = str(uuid.uuid4())
    for attempt in range(_ATTEMPTS_MAX):
        if attempt:
            time.sleep(_FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1))
        try:
            client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
            return
        except ClientError as error:
            if (failure := _failure(error, conflict_reason)) is not None:
                raise failure from None
        except BotoCoreError as error:
            raise unavailable(error) from None
    raise Unavailable(f"DynamoDB: it was too busy for a transaction, {_ATTEMPTS_MAX} times")


def _failure(error: ClientError, conflict_reason: str) -> StoreError | None:
    """What a refused attempt means; None if the next one may succeed."""
    code = error.response.get("Error", {}).get("Code")
    if code == "TransactionInProgressException":
        return None
    if code == "ValidationException":
        return Malformed(_REFUSED)
    if code != "TransactionCanceledException":
        return unavailable(error)
    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
    if "ConditionalCheckFailed" in codes:
        return Conflict(conflict_reason)
    if codes & {"ValidationError", "ItemCollectionSizeLimitExceeded"}:
        return Malformed(_REFUSED)
    # The other reasons are temporary: another transaction on the same items, or too many writes.
    return None
