"""What `scripts/bench` measures of publishing a catalog of 100,000 line items from Django."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import monolith, web
from .console import Failure
from .measures import FUNCTION, TARGET
from .processes import start
from .running import environments
from .stack import Stack

LINE_ITEMS = 100_000
LINE_ITEMS_PER_CAMPAIGN = 100
SERVED_SECONDS_MAX = 300


def publish(stack: Stack, _seconds: int, _clients: int) -> dict[str, Any]:
    """Imports and publishes them, and waits until a function serves them."""
    catalog = stack.folder / "large.json"
    _write_catalog(stack.catalog, catalog)
    # The command is what is measured, and a worker would be faster at taking the work.
    stack.children.pop("publish-worker").stop()
    before = _version(stack)
    imported = _command(stack, "import_catalog", catalog)
    published = _command(stack, "publish", "--wait")
    started = time.monotonic()
    while _version(stack) == before:
        if time.monotonic() - started > SERVED_SECONDS_MAX:
            raise Failure(f"version {before + 1} is not served after {SERVED_SECONDS_MAX} s")
    served_after = time.monotonic() - started
    one_more = _command(stack, "publish", "--wait")
    (environment,) = environments(stack, FUNCTION)
    return {
        "line_items": LINE_ITEMS,
        "catalog_megabytes": catalog.stat().st_size / 1e6,
        "import": imported,
        "publish": published,
        "served_after_seconds": served_after,
        "function_peak_megabytes": _peak_megabytes(environment),
        "publish_without_changes": one_more,
    }


def _version(stack: Stack) -> int:
    answer = web.get(stack.url + TARGET.replace("{user}", "publish"))
    if answer.status != 200:
        raise Failure(f"status {answer.status}: {answer.body[:200]!r}")
    return answer.json["catalog_version"]


def _command(stack: Stack, name: str, *arguments: str | Path) -> dict[str, float]:
    """Runs one of Django's commands; how long it took, and its most memory."""
    command = [monolith.python(), monolith.FOLDER / "manage.py", name, *arguments]
    started = time.monotonic()
    child = start(name, command, stack.logs / f"bench-{name}.log", stack.django_environment())
    try:
        _, status, usage = os.wait4(child.process.pid, 0)
        child.process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        child.stop()
    if child.process.returncode != 0:
        raise Failure(f"manage.py {name} failed.\n{child.tail()}")
    return {
        "seconds": time.monotonic() - started,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_megabytes": usage.ru_maxrss / 1e3,
    }


def _peak_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    raise Failure(f"process {pid} has ended")


def _write_catalog(demo: Path, file: Path) -> None:
    """The demonstration catalog with as many line items more."""
    document = json.loads(demo.read_text())
    advertiser = document["advertisers"][0]["id"]
    document["campaigns"] += _campaigns(advertiser)
    document["line_items"] += _line_items()
    document["creatives"] += _creatives()
    file.write_text(json.dumps(document))


def _campaigns(advertiser: str) -> Iterator[dict[str, Any]]:
    for number in range(LINE_ITEMS // LINE_ITEMS_PER_CAMPAIGN):
        row = {"id": f"c-b{number}", "advertiser_id": advertiser, "name": f"Campaign {number}"}
        yield {**row, "starts_at": "2026-01-01T00:00:00Z", "ends_at": "2036-01-01T00:00:00Z"}


def _line_items() -> Iterator[dict[str, Any]]:
    countries, platforms = ("KR", "JP", "US", "DE"), ("android", "ios")
    for number in range(LINE_ITEMS):
        targeting = {
            "countries": {"allow": [countries[number % 4]]},
            "platforms": {"allow": [platforms[number % 2]]},
            "ages": [{"min": 18 + number % 30, "max": 48 + number % 30}],
        }
        yield {
            "id": f"li-b{number}",
            "campaign_id": f"c-b{number // LINE_ITEMS_PER_CAMPAIGN}",
            "name": f"Line item {number}",
            "tier": ("standard", "network", "bulk")[number % 3],
            "pricing": "cpm",
            "price_micros": 1_000_000 + number,
            "currency": "KRW",
            "targeting": targeting,
            "caps": [{"window": "day", "limit": 1 + number % 5}],
        }


def _creatives() -> Iterator[dict[str, Any]]:
    for number in range(LINE_ITEMS):
        yield {
            "id": f"cr-b{number}",
            "line_item_id": f"li-b{number}",
            "image_url": f"https://cdn.example/ads/{number}.jpg",
            "title": f"Ad number {number}",
            "landing_url": f"https://shop.example/{number}",
        }
