"""Roll-ups of events that came through the function: late, out of order, repeated, and of no use."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from device import CAPPED, Device, slot
from lockfill import web
from lockfill.schedule import PACING_PATH
from roll_ups import (
    KEYS,
    counted,
    damage,
    documents,
    invoke,
    ledger,
    ledger_cli,
    pacing,
    require_clocks_ahead,
    roll_up,
    rolled_up,
)
from serving_stack import ServingStack, serving_stack

pytestmark = pytest.mark.alone

# The present minute is over for a run whose clock is so far ahead.
MINUTE_AHEAD_SECONDS = 80
# So is the present hour, and its minutes are settled.
HOUR_AHEAD_SECONDS = 77 * 60


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServingStack]:
    require_clocks_ahead()
    with serving_stack(tmp_path_factory.mktemp("stack")) as stack:
        # The first run says where roll-ups begin.
        invoke(stack.invoke_url + PACING_PATH)
        yield stack


def links(device: Device, **parameters: Any) -> dict[str, str]:
    """The links of an ad that every user is shown."""
    found: dict[str, str] = slot(device.ask("ads", country="KR", count=50, **parameters), CAPPED)["tracking"]
    return found


def classes(facts: dict[tuple[Any, ...], tuple[int, int]]) -> Counter[tuple[str, str]]:
    """How many events of each kind and class there are."""
    kind, own_class = KEYS.index("kind"), KEYS.index("class")
    counts: Counter[tuple[str, str]] = Counter()
    for key, (count, _) in facts.items():
        counts[key[kind], key[own_class]] += count
    return +counts


def test_roll_ups_are_a_count_of_the_ledger_and_can_be_made_anew(
    stack: ServingStack, device: Device, tmp_path: Path
) -> None:
    issued = int(time.time())
    whole, late, click_first, lost, scanned = (links(device) for _ in range(5))
    unnamed = links(device, limit_ad_tracking="true")
    time.sleep(1.1)
    for link in (whole["impression_url"], whole["click_url"], whole["click_url"], unnamed["impression_url"]):
        web.get(link)
    # Out of order, an hour ago by the device's clock, and never to be completed.
    web.get(click_first["click_url"])
    web.get(click_first["impression_url"])
    web.get(f"{late['impression_url']}?at={issued}")
    web.get(lost["click_url"])
    web.get(scanned["click_url"], sec_purpose="prefetch")
    web.get(scanned["impression_url"], user_agent="curl/8.4.0")
    roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS)
    stored = rolled_up(documents(stack), "minutes")
    assert stored == counted(list(ledger(stack)))
    expected = {
        ("impression", "valid"): 4,
        ("click", "valid"): 2,
        ("click", "no_impression"): 1,
        ("click", "prefetch"): 1,
        ("impression", "bot"): 1,
    }
    assert classes(stored) == expected
    # The impression of the click arrives at last.
    web.get(lost["impression_url"])
    roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS + 60)
    stored = rolled_up(documents(stack), "minutes")
    assert stored == counted(list(ledger(stack)))
    assert classes(stored)["click", "valid"] == 3 and ("click", "no_impression") not in classes(stored)
    is_rebuilt_to_the_digit(stack, tmp_path)
    is_exported_whole(stack, tmp_path)


def is_rebuilt_to_the_digit(stack: ServingStack, tmp_path: Path) -> None:
    """Every roll-up is damaged, and made anew from the ledger."""
    roll_up(stack, tmp_path, HOUR_AHEAD_SECONDS)
    before = documents(stack)
    assert rolled_up(before, "hours") == counted(list(ledger(stack)))
    hour = int(time.time()) // 3600 * 3600
    span = {"from": _instant(hour - 3600), "until": _instant(hour + 3600)}
    for partition, name in before:
        damage(stack, partition, name)
    with pacing(stack, tmp_path, HOUR_AHEAD_SECONDS) as url:
        rebuilt = invoke(url, {"rebuild": span})
        assert rebuilt["is_complete"] and rebuilt["written"] >= len(before), rebuilt
        invoke(url)
    # Where it could not be told whether there was something, there is an empty document now.
    empty: dict[str, Any] = {"facts": [], "orphans": [], "reversed": []}
    assert {key: found for key, found in documents(stack).items() if found != empty} == before
    damage(stack, *next(key for key in before if key[0].startswith("minutes#")))
    assert "; 0 minutes" not in ledger_cli(stack, tmp_path, "rebuild-roll-ups", *_span())
    assert {key: found for key, found in documents(stack).items() if found != empty} == before


def is_exported_whole(stack: ServingStack, tmp_path: Path) -> None:
    """Each entry is a line, with all that the ledger has of it."""
    lines = ledger_cli(stack, tmp_path, "export", *_span()).splitlines()
    exported = [{name: str(value) for name, value in json.loads(line).items()} for line in lines]
    entries = [{name: str(value) for name, value in entry.items()} for entry in ledger(stack)]
    by_key = sorted(entries, key=lambda entry: entry["sk"])
    assert sorted(exported, key=lambda entry: entry["sk"]) == by_key and len(by_key) > 5


def _span() -> tuple[str, ...]:
    """This hour and the one before."""
    hour = int(time.time()) // 3600 * 3600
    return "--from", _instant(hour - 3600), "--until", _instant(hour + 3600)


def _instant(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
