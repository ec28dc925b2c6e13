"""Sampled requests of a busy week: what functions have just written, in every minute that forecasts read."""

import time
from typing import Any

from ...console import Failure
from ...local_dynamodb import ask
from ...stack import DELIVERY_TABLE, Stack
from ..generator import generate

_SHARDS = 16
_SECONDS_A_TARGET = 12
# Phones that differ in what line items ask for.
_PHONES = (
    "country=KR&platform=android&birth_year=1990",
    "country=KR&platform=ios&birth_year=2001",
    "country=JP&platform=android&birth_year=1975",
    "country=US&platform=ios&birth_year=1985",
)
# Flushes of a minute: enough for a forecast to find all samples that it takes in the first minutes it reads.
_FLUSHES = 5
# A forecast reads 24 minutes of its period in each of four rounds.
_READS = 96
_PERIODS_MINUTES = (24 * 60, 7 * 24 * 60)
# For so long the copies are where forecasts look.
_MINUTES_AHEAD = 15
_ITEMS_OF_A_WRITE = 25

Item = dict[str, Any]


def fill(stack: Stack, clients: int) -> None:
    """Asks for lock screens, and copies what the functions wrote of it to where forecasts look."""
    began_at = time.time()
    for phone in _PHONES:
        target = f"/api/v1/allocation/lockscreen?unit_id=1001&{phone}&user_id=bench-{{user}}"
        generate(stack, _SECONDS_A_TARGET, clients, target=target)
    flushes = _written(stack, int(began_at // 60), int(time.time() // 60))
    if not flushes:
        raise Failure("the functions have written no counts")
    # The largest hold samples; the last of an environment may not.
    flushes = sorted(flushes, key=lambda item: -len(item["data"]["B"]))[:_FLUSHES]
    copies = [
        {**item, "pk": {"S": _partition(minute, number % _SHARDS)}, "sk": {"S": f"bench#{number:03}"}}
        for minute in sorted(_minutes(int(time.time() // 60)))
        for number, item in enumerate(flushes)
    ]
    for first in range(0, len(copies), _ITEMS_OF_A_WRITE):
        puts = [{"PutRequest": {"Item": item}} for item in copies[first : first + _ITEMS_OF_A_WRITE]]
        ask(stack.dynamodb_url, "BatchWriteItem", {"RequestItems": {DELIVERY_TABLE: puts}})


def _minutes(present: int) -> set[int]:
    steps = [(period // _READS) * read for period in _PERIODS_MINUTES for read in range(_READS)]
    return {present - 1 + ahead - step for step in steps for ahead in range(_MINUTES_AHEAD)}


def _written(stack: Stack, first: int, last: int) -> list[Item]:
    found: list[Item] = []
    for minute in range(first, last + 1):
        for shard in range(_SHARDS):
            partition = _partition(minute, shard)
            values = {":pk": {"S": partition}}
            query = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values}
            found += ask(stack.dynamodb_url, "Query", {"TableName": DELIVERY_TABLE, **query})["Items"]
    return found


def _partition(minute: int, shard: int) -> str:
    return f"counts#{time.strftime('%Y%m%dT%H%M', time.gmtime(minute * 60))}#{shard:02}"
