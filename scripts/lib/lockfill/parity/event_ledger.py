"""What a ledger holds, read as a client of DynamoDB does."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..local_dynamodb import ask

_SHARDS = 16
# What differs between two entries of one slot in two answers, and what depends on when they arrived.
_OWN = ("pk", "sk", "arrived_at", "arrival")


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
        return [_comparable(item) for item in ask(self.url, "Query", request)["Items"]]


def _comparable(item: dict[str, Any]) -> dict[str, Any]:
    values = {name: next(iter(value.values())) for name, value in item.items()}
    kept = {name: value for name, value in values.items() if name not in _OWN}
    if values["happened_at"] == values["arrived_at"]:
        kept["happened_at"] = "when it arrived"
    # Kind and class, behind id and position.
    return {"id": values["sk"].partition("#")[2], **dict(sorted(kept.items()))}
