"""Roll-ups in a table, as the functions write them."""

import json
import random
from typing import Any

import zstandard

from delivery.hours import start_of
from delivery.models import Fact
from delivery.store import DeliveryStore
from kernel.tests.local_dynamodb import LocalDynamoDB
from kernel.tests.programs import REPOSITORY

# 2026-11-22, 09:00 UTC.
HOUR = 498_705
VECTORS = json.loads((REPOSITORY / "tests" / "fixtures" / "vectors" / "rollup.json").read_text("utf-8"))


def fact(**values: Any) -> dict[str, Any]:
    """A fact of a roll-up: by default one impression at a price of 5,000 won per thousand."""
    return {
        "hour": HOUR,
        "item_kind": "line_item",
        "item": "li-1",
        "creative": "cr-1",
        "unit": "u-1",
        "campaign": "c-1",
        "advertiser": "a-1",
        "kind": "impression",
        "class": "valid",
        "pricing": "cpm",
        "currency": "KRW",
        "count": 1,
        "price_micros": 5_000_000_000,
        **values,
    }


class Table:
    """A table of delivery that a test writes into."""

    def __init__(self, server: LocalDynamoDB) -> None:
        self.client, self.name = server.client, server.table()
        self.store = DeliveryStore(server.client, self.name)

    def put(self, partition: str, name: str, facts: list[dict[str, Any]], *, pieces: int = 1) -> None:
        document = {"facts": facts, "orphans": [], "reversed": []}
        data = zstandard.ZstdCompressor(write_checksum=True).compress(json.dumps(document).encode())
        length = -(-len(data) // pieces)
        for piece in range(pieces):
            item = {
                "pk": {"S": partition},
                "sk": {"S": f"{name}#{piece:03}"},
                "data": {"B": data[piece * length : (piece + 1) * length]},
                "chunks": {"N": str(pieces)},
            }
            self.client.put_item(TableName=self.name, Item=item)

    def put_hour(self, hour: int, facts: list[dict[str, Any]], *, pieces: int = 1) -> None:
        self.put(f"hours#{start_of(hour):%Y%m%d}", f"{start_of(hour):%H}", facts, pieces=pieces)

    def put_minute(self, hour: int, minute: int, facts: list[dict[str, Any]]) -> None:
        self.put(f"minutes#{start_of(hour):%Y%m%dT%H}", f"{minute:02}", facts)

    def delete_hour(self, hour: int) -> None:
        key = {"pk": {"S": f"hours#{start_of(hour):%Y%m%d}"}, "sk": {"S": f"{start_of(hour):%H}#000"}}
        self.client.delete_item(TableName=self.name, Key=key)

    def move(self, *, first: int, closed_until: int, until_minutes: int) -> None:
        """The cursor: the first hour, the first that is not closed, and the next minute."""
        item = {"pk": {"S": "rollup"}, "sk": {"S": "cursor"}}
        numbers = {
            "first_minute": first * 60,
            "settled_minute": closed_until * 60,
            "next_minute": until_minutes,
        }
        item |= {name: {"N": str(value)} for name, value in numbers.items()}
        self.client.put_item(TableName=self.name, Item=item)

    def close(self, *hours: int) -> None:
        """All hours up to the last of these are closed, and none is open."""
        self.move(first=min(hours), closed_until=max(hours) + 1, until_minutes=(max(hours) + 1) * 60)


def stored() -> list[tuple[Any, ...]]:
    """All facts, in order, without the hour in which they arrived."""
    names = ("hour", "item", "creative", "unit", "campaign", "kind", "event_class", "count", "price_micros")
    return sorted(Fact.objects.values_list(*names))


def random_facts(chance: random.Random, hour: int, count: int) -> list[dict[str, Any]]:
    """Facts of line items and contents that happened in the three days before an hour of arrival."""

    def one() -> dict[str, Any]:
        number = chance.randint(1, 6)
        events = chance.choice([1, 2, 30])
        pricing = chance.choice(["cpm", "cpc"])
        values = {
            "hour": hour - chance.choice([0, 0, 1, 5, 70]),
            "item": f"li-{number}",
            "campaign": f"c-{number % 3}",
            "advertiser": f"a-{number % 2}",
            "creative": f"cr-{chance.randint(1, 2)}",
            "unit": f"u-{chance.randint(1, 3)}",
            "kind": chance.choice(["impression", "impression", "click"]),
            "class": chance.choice(["valid", "valid", "valid", "bot", "no_impression"]),
            "pricing": pricing,
            "currency": chance.choice(["KRW", "USD"]),
            "count": events,
            "price_micros": events * chance.choice([1, 999, 5_000_000_000]),
        }
        if values["class"] == "no_impression" and chance.random() < 0.5:
            values |= {"count": -events, "price_micros": -values["price_micros"]}
        if chance.random() < 0.2:
            values |= {"item_kind": "content", "item": "ct-1", "creative": None, "campaign": None}
            values |= {"advertiser": None, "pricing": None, "currency": None, "price_micros": 0}
        return fact(**values)

    return [one() for _ in range(count)]
