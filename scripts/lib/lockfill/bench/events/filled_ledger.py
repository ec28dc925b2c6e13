"""A ledger of many events, written straight into the local DynamoDB, and what users' counters should be."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...console import Failure
from ...stack import EVENTS_TABLE

DAYS = 7
# Of a hundred events so many are showings; the others are clicks.
SHOWN_OF_A_HUNDRED = 98
WRITERS = 2
# The most that BatchWriteItem takes.
_ENTRIES_OF_A_REQUEST = 25
_WRITE_SECONDS_MAX = 60
_KEEP_SECONDS = 400 * 24 * 3_600
_SHARDS = 16
_SIGNED = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.BatchWriteItem",
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}

Item = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Line:
    """A line item and what is above and below it."""

    line_item: str
    campaign: str
    advertiser: str
    creative: str


def lines(catalog: dict[str, Any]) -> list[Line]:
    """The line items of a catalog file that have a creative."""
    advertisers = {it["id"]: it["advertiser_id"] for it in catalog["campaigns"]}
    creatives = {it["line_item_id"]: it["id"] for it in catalog["creatives"]}
    return [
        Line(it["id"], it["campaign_id"], advertisers[it["campaign_id"]], creatives[it["id"]])
        for it in catalog["line_items"]
        if it["id"] in creatives
    ]


@dataclass(frozen=True)
class FilledLedger:
    """So many events of so many users in the week before `until`, in epoch seconds. Equal values have equal
    events.
    """

    events: int
    users: int
    until: int
    items: Sequence[Line]
    seed: int = 1

    def user(self, number: int) -> str:
        """How Redis and the ledger name a user: 22 letters."""
        return f"bench{number:017}"

    def of_user(self, number: int) -> Iterator[tuple[uuid.UUID, str, int, Line]]:
        """Answer, kind, instant and line item of each of a user's events."""
        chance = random.Random(f"{self.seed}:{number}")  # noqa: S311 (repeatable, not secret)
        count = self.events // self.users + (number < self.events % self.users)
        for _ in range(count):
            at = self.until - 60 - chance.randrange(DAYS * 24 * 3_600)
            answer = uuid.UUID(int=(at * 1_000 << 80) | chance.getrandbits(80) & ~(0xF << 76) | 0x7 << 76)
            kind = "impression" if chance.randrange(100) < SHOWN_OF_A_HUNDRED else "click"
            yield answer, kind, at, chance.choice(self.items)

    def shown(self, number: int) -> Counter[str]:
        """How often a user saw each line item."""
        return Counter(line.line_item for _, kind, _, line in self.of_user(number) if kind == "impression")

    def write(self, url: str) -> None:
        """Writes all events into the table of the DynamoDB at `url`."""
        problems: list[BaseException] = []
        portions, lock = self._portions(), threading.Lock()

        def work() -> None:
            connection = http.client.HTTPConnection(url.partition("//")[2], timeout=_WRITE_SECONDS_MAX)
            try:
                while True:
                    with lock:
                        portion = next(portions, None)
                    if portion is None:
                        return
                    _write(connection, portion)
            except (OSError, http.client.HTTPException, Failure) as problem:
                problems.append(problem)
            finally:
                connection.close()

        writers = [threading.Thread(target=work) for _ in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        if problems:
            raise Failure(f"the ledger cannot be filled: {problems[0]}")

    def _portions(self) -> Iterator[list[Item]]:
        entries = (entry for number in range(self.users) for entry in self._entries(number))
        while portion := [entry for _, entry in zip(range(_ENTRIES_OF_A_REQUEST), entries, strict=False)]:
            yield portion

    def _entries(self, number: int) -> Iterator[Item]:
        for answer, kind, at, line in self.of_user(number):
            hour, shard = _compact(at, "%Y%m%dT%H"), answer.bytes[15] % _SHARDS
            texts = {
                "pk": f"slot#{hour}#{shard:02}",
                "sk": f"{answer}#001#{kind}",
                "item_kind": "line_item",
                "item_hash": "3c441bd187ad91d5",
                "item_id": line.line_item,
                "campaign_id": line.campaign,
                "advertiser_id": line.advertiser,
                "creative_hash": "e8781128f3b9ff1a",
                "creative_id": line.creative,
                "unit_hash": "821a0434b1f1dd6a",
                "unit_id": "1001",
                "pricing": "cpm",
                "currency": "KRW",
                "arrival": f"{_compact(at, '%Y%m%dT%H%M')}#{shard:02}",
                "class": "valid",
                "user": self.user(number),
                "zone": "Asia/Seoul",
            }
            numbers = {
                "catalog_version": 1,
                "price_micros": 3_000_000_000,
                "happened_at": at,
                "arrived_at": at,
                "expires_at": at + _KEEP_SECONDS,
            }
            item = {name: {"S": text} for name, text in texts.items()}
            yield item | {name: {"N": str(value)} for name, value in numbers.items()}


def _compact(at: int, form: str) -> str:
    return time.strftime(form, time.gmtime(at))


def _write(connection: http.client.HTTPConnection, entries: list[Item]) -> None:
    requests = [{"PutRequest": {"Item": entry}} for entry in entries]
    connection.request("POST", "/", json.dumps({"RequestItems": {EVENTS_TABLE: requests}}), _SIGNED)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != http.client.OK or json.loads(body)["UnprocessedItems"]:
        raise Failure(f"the store answered {answer.status}: {body[:200]!r}")
