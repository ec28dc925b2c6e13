"""Roll-ups of a stack, read as a client of DynamoDB does, and the same counted from its ledger."""

import base64
import json
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import zstandard

from lockfill import debian
from lockfill.processes import clean_environment
from lockfill.stack import DELIVERY_TABLE, EVENTS_TABLE, Stack
from plain_functions import serve

# What tells two facts apart, in the form of a roll-up's JSON.
KEYS = (
    "hour", "item_kind", "item", "creative", "unit", "campaign", "advertiser", "kind", "class", "pricing",
    "currency",
)  # fmt: skip
# Facts by their keys: how many events, and the sum of their prices.
Facts = dict[tuple[Any, ...], tuple[int, int]]

_SIGNED = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
_ANSWER_SECONDS_MAX = 60


def ask(stack: Stack, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Asks the stack's DynamoDB."""
    headers = {**_SIGNED, "x-amz-target": f"DynamoDB_20120810.{operation}"}
    asked = urllib.request.Request(stack.dynamodb_url, json.dumps(request).encode(), headers)
    with urllib.request.urlopen(asked, timeout=_ANSWER_SECONDS_MAX) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def items(stack: Stack, table: str) -> Iterator[dict[str, Any]]:
    """All items of a table, their values as they are sent."""
    request: dict[str, Any] = {"TableName": table}
    while True:
        page = ask(stack, "Scan", request)
        for item in page["Items"]:
            yield {name: next(iter(value.values())) for name, value in item.items()}
        if not (last := page.get("LastEvaluatedKey")):
            return
        request["ExclusiveStartKey"] = last


def ledger(stack: Stack) -> Iterator[dict[str, Any]]:
    """All entries of the ledger."""
    return items(stack, EVENTS_TABLE)


def documents(stack: Stack) -> dict[tuple[str, str], Any]:
    """The documents of the table of delivery, by their partitions and names."""
    pieces: dict[tuple[str, str], list[tuple[str, bytes]]] = {}
    for item in items(stack, DELIVERY_TABLE):
        name, _, number = item["sk"].rpartition("#")
        if "data" in item and item["pk"].partition("#")[0] in {"minutes", "hours", "totals"}:
            pieces.setdefault((item["pk"], name), []).append((number, base64.b64decode(item["data"])))
    unpack = zstandard.ZstdDecompressor().decompress
    joined = {key: b"".join(data for _, data in sorted(found)) for key, found in pieces.items()}
    return {key: json.loads(unpack(data)) for key, data in joined.items()}


def damage(stack: Stack, partition: str, name: str) -> None:
    """Makes a document unreadable."""
    data = base64.b64encode(b"no frame").decode()
    item = {"pk": {"S": partition}, "sk": {"S": f"{name}#000"}, "data": {"B": data}, "chunks": {"N": "1"}}
    ask(stack, "PutItem", {"TableName": DELIVERY_TABLE, "Item": item})


def rolled_up(documents: dict[tuple[str, str], Any], kind: str) -> Facts:
    """The sum of all roll-ups of `minutes` or `hours`."""
    counts: Counter[tuple[Any, ...]] = Counter()
    prices: Counter[tuple[Any, ...]] = Counter()
    for (partition, _), document in documents.items():
        if partition.startswith(f"{kind}#"):
            for fact in document["facts"]:
                key = tuple(fact[name] for name in KEYS)
                counts[key] += fact["count"]
                prices[key] += fact["price_micros"]
    return {key: (count, prices[key]) for key, count in counts.items() if count or prices[key]}


def counted(entries: list[dict[str, Any]]) -> Facts:
    """The same from all entries of a ledger at once."""
    valid = {
        (entry["sk"].split("#")[0], entry["sk"].split("#")[1], entry["sk"].split("#")[2])
        for entry in entries
        if entry["class"] == "valid"
    }
    counts: Counter[tuple[Any, ...]] = Counter()
    prices: Counter[tuple[Any, ...]] = Counter()
    for entry in entries:
        answer, position, kind = entry["sk"].split("#")[:3]
        has_impression = kind != "click" or (answer, position, "impression") in valid
        own_class = entry["class"]
        key = (
            int(entry["happened_at"]) // 3600,
            entry["item_kind"],
            entry.get("item_id", f"#{entry['item_hash']}"),
            entry.get("creative_id", _hash(entry, "creative_hash")),
            entry.get("unit_id", _hash(entry, "unit_hash")),
            entry.get("campaign_id"),
            entry.get("advertiser_id"),
            kind,
            "no_impression" if own_class == "valid" and not has_impression else own_class,
            entry.get("pricing"),
            entry.get("currency"),
        )
        counts[key] += 1
        prices[key] += int(entry.get("price_micros", 0))
    return {key: (count, prices[key]) for key, count in counts.items()}


def _hash(entry: dict[str, Any], name: str) -> str | None:
    return f"#{entry[name]}" if name in entry else None


def require_clocks_ahead() -> None:
    """Skips a test of roll-ups where libfaketime cannot be had."""
    try:
        debian.install("libfaketime")
    except debian.Unavailable as missing:
        pytest.skip(str(missing))


@contextmanager
def pacing(stack: Stack, folder: Path, seconds_ahead: int) -> Iterator[str]:
    """The function `pacing` with a clock of its own, which goes so much ahead: the present minute is over for
    it. The address at which it is invoked.

    Raises `debian.Unavailable` where libfaketime cannot be had.
    """
    packages = debian.install("libfaketime")
    found = [*(packages.root or Path("/")).glob("usr/lib/*/faketime/libfaketime.so.1")]
    if not found:
        raise debian.Unavailable("libfaketime is not installed: install libfaketime.")
    variables = {
        "LD_PRELOAD": str(found[0]),
        "FAKETIME": f"+{seconds_ahead}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with serve(stack, "pacing", folder, variables) as server:
        yield f"{server.url}/2015-03-31/functions/pacing/invocations"


def invoke(url: str, call: dict[str, Any] | None = None) -> dict[str, Any]:
    """What an invocation answers."""
    asked = urllib.request.Request(url, json.dumps(call or {}).encode(), method="POST")
    with urllib.request.urlopen(asked, timeout=_ANSWER_SECONDS_MAX) as answer:
        assert answer.headers["x-amz-function-error"] is None, answer.read()
        found: dict[str, Any] = json.load(answer)
        return found


def ledger_cli(stack: Stack, folder: Path, *arguments: str) -> str:
    """What `ledger-cli` prints on its standard output."""
    env = {**clean_environment(), **stack.function_variables()}
    command: list[str | Path] = [stack.programs / "ledger-cli", *arguments]
    ended = subprocess.run(
        command, env=env, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def read_units(stack: Stack, entries: list[dict[str, Any]]) -> float:
    """How many read units it takes to read all entries once by their arrival, as DynamoDB counts them."""
    units = 0.0
    for arrival in {entry["arrival"] for entry in entries}:
        request: dict[str, Any] = {
            "TableName": EVENTS_TABLE,
            "IndexName": "by_arrival",
            "KeyConditionExpression": "arrival = :arrival",
            "ExpressionAttributeValues": {":arrival": {"S": arrival}},
            "ReturnConsumedCapacity": "TOTAL",
        }
        while True:
            page = ask(stack, "Query", request)
            units += page["ConsumedCapacity"]["CapacityUnits"]
            if not (last := page.get("LastEvaluatedKey")):
                break
            request["ExclusiveStartKey"] = last
    return units


def roll_up(stack: Stack, folder: Path, seconds_ahead: int) -> list[dict[str, Any]]:
    """Runs until nothing is left behind; what the runs have answered."""
    answers: list[dict[str, Any]] = []
    with pacing(stack, folder, seconds_ahead) as url:
        while not answers or answers[-1].get("minutes_behind") != 0:
            answers.append(invoke(url))
    return answers
