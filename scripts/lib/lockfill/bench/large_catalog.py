"""Catalogs of any size for `scripts/bench`: the demonstration catalog with more line items."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LINE_ITEMS_PER_CAMPAIGN = 100
ADVERTISERS_MAX = 200


def write_catalog(demo: Path, file: Path, line_items: int) -> None:
    """The demonstration catalog with as many line items more."""
    document = json.loads(demo.read_text())
    document["advertisers"] += [
        {"id": f"a-b{number}", "name": f"Advertiser {number}"} for number in range(ADVERTISERS_MAX)
    ]
    document["campaigns"] += _campaigns(line_items)
    document["line_items"] += _line_items(line_items)
    document["creatives"] += _creatives(line_items)
    file.write_text(json.dumps(document))


def _campaigns(line_items: int) -> Iterator[dict[str, Any]]:
    for number in range(-(-line_items // LINE_ITEMS_PER_CAMPAIGN)):
        yield {
            "id": f"c-b{number}",
            "advertiser_id": f"a-b{number % ADVERTISERS_MAX}",
            "name": f"Campaign {number}",
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2036-01-01T00:00:00Z",
        }


def _line_items(line_items: int) -> Iterator[dict[str, Any]]:
    countries, platforms = ("KR", "JP", "US", "DE"), ("android", "ios")
    for number in range(line_items):
        targeting = {
            "countries": {"allow": [countries[number % 4]]},
            "platforms": {"allow": [platforms[number // 4 % 2]]},
            "ages": [{"min": 18 + number % 30, "max": 48 + number % 30}],
        }
        yield {
            "id": f"li-b{number}",
            "campaign_id": f"c-b{number // LINE_ITEMS_PER_CAMPAIGN}",
            "name": f"Line item {number}",
            "tier": ("standard", "network", "bulk")[number % 3],
            "pricing": "cpm",
            # Above every floor price of the demonstration catalog, a hundred line items of each price.
            "price_micros": 8_000_000_000 + number // 100 * 1_000_000,
            "currency": "KRW",
            "targeting": targeting,
            "caps": [{"window": "day", "limit": 1 + number % 5}],
        }


def _creatives(line_items: int) -> Iterator[dict[str, Any]]:
    for number in range(line_items):
        yield {
            "id": f"cr-b{number}",
            "line_item_id": f"li-b{number}",
            "image_url": f"https://cdn.example/ads/{number}.jpg",
            "title": f"Ad number {number}",
            "landing_url": f"https://shop.example/{number}",
        }


def write_empty_catalog(demo: Path, file: Path) -> None:
    """The units of the demonstration catalog, and nothing to show on them."""
    document = json.loads(demo.read_text())
    for kind in ("advertisers", "campaigns", "line_items", "creatives", "channels", "contents", "rates"):
        document.pop(kind, None)
    file.write_text(json.dumps(document))
