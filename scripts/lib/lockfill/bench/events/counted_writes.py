"""Counts what stores are asked for: operations and units of DynamoDB, and commands of Redis."""

import http.client
import json
import threading
from collections import Counter
from typing import Any

from ... import web
from ...stack import EVENTS_TABLE, Stack
from ...store_forwarder import StoreForwarder
from .redis_questions import ask

_SIGNED = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}


class CountingStore(StoreForwarder):
    """Stands in front of a DynamoDB, and asks it what each write of the ledger costs."""

    def __init__(self, url: str) -> None:
        self.writes = 0
        # As the server counts them, indexes included.
        self.write_units = 0.0
        self._lock = threading.Lock()
        super().__init__(url)

    def asked(self, target: str, body: bytes) -> bytes:
        if not target.endswith(".PutItem"):
            return body
        return json.dumps(json.loads(body) | {"ReturnConsumedCapacity": "TOTAL"}).encode()

    def answered(self, target: str, status: int, content: bytes) -> None:
        if not target.endswith(".PutItem"):
            return
        with self._lock:
            self.writes += 1
            # A refused condition costs a unit, and the answer has no word of it.
            is_written = status == http.client.OK
            self.write_units += json.loads(content)["ConsumedCapacity"]["CapacityUnits"] if is_written else 1


def entries(stores: Stack) -> int:
    """How many entries the ledger has, by the local server's count of its items."""
    headers = {**_SIGNED, "x-amz-target": "DynamoDB_20120810.DescribeTable"}
    answer = web.request("POST", stores.dynamodb_url, headers, json.dumps({"TableName": EVENTS_TABLE}))
    table: dict[str, Any] = answer.json["Table"]
    return int(table["ItemCount"])


def redis_commands(stores: Stack) -> Counter[str]:
    """How often Redis has run each command since it started, those of scripts included."""
    calls: Counter[str] = Counter()
    for line in ask(stores.redis_port, "INFO commandstats").splitlines():
        name, _, figures = line.partition(":")
        if name.startswith("cmdstat_"):
            calls[name.removeprefix("cmdstat_")] = int(figures.partition("calls=")[2].partition(",")[0])
    return calls
