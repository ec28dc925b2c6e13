"""What a ledger holds, read as a client of DynamoDB does."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..console import Failure

_SHARDS = 16
# What differs between two entries of one slot in two answers, and what depends on when they arrived.
_OWN = ("pk", "sk", "arrived_at", "arrival")
# The local server wants a signature, and takes any.
_SIGNED = {
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
    " SignedHeaders=host;x-amz-date, Signature=0",
}


@dataclass(frozen=True)
class EventLedger:
    """The table at an endpoint of a local DynamoDB."""

    url: str
    table: str

    def entries(self, request_id: str) -> list[dict[str, Any]]:
        """The entries of an answer's slots, without what is each entry's own."""
        milliseconds = int(request_id.replace("-", "")[:12], 16)
        hour = datetime.fromtimestamp(milliseconds / 1_000, timezone.utc).strftime("%Y%m%dT%H")
        shard = int(request_id[-2:], 16) % _SHARDS
        request = {
            "TableName": self.table,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :id)",
            "ExpressionAttributeValues": {":pk": {"S": f"slot#{hour}#{shard:02}"}, ":id": {"S": request_id}},
        }
        return [_comparable(item) for item in self._ask("Query", request)["Items"]]

    def _ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"DynamoDB_20120810.{operation}",
            **_SIGNED,
        }
        asked = urllib.request.Request(self.url, json.dumps(request).encode(), headers)  # noqa: S310 (local)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 (local)
                found: dict[str, Any] = json.load(answer)
                return found
        except (OSError, ValueError) as error:
            raise Failure(f"the ledger cannot be read: {error}") from None


def _comparable(item: dict[str, Any]) -> dict[str, Any]:
    values = {name: next(iter(value.values())) for name, value in item.items()}
    kept = {name: value for name, value in values.items() if name not in _OWN}
    if values["happened_at"] == values["arrived_at"]:
        kept["happened_at"] = "when it arrived"
    # Kind and class, behind id and position.
    return {"id": values["sk"].partition("#")[2], **dict(sorted(kept.items()))}
