"""More events in a minute than persons send: those beyond are recorded, and count for no cap and no bill."""

import json
import secrets
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from device import Device
from lockfill import web
from lockfill.parity.tokens import Signer
from lockfill.stack import Stack
from plain_functions import serve
from roll_ups import ledger
from serving_stack import serving_stack

ISSUED_SECONDS_AGO = 300
# A minute of UTC must not end between the events of a test.
SECONDS_NEEDED = 12
ADDRESS, NEIGHBOR = "203.0.113.7", "203.0.113.8"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with serving_stack(tmp_path_factory.mktemp("bursts")) as stack:
        yield stack


def links(stack: Stack, user: str, count: int) -> list[str]:
    """Tokens of a user, each of an answer of its own."""
    signer = Signer(stack.function_variables()["LOCKFILL_SIGNING_KEYS"].partition(",")[0])
    slots = Device(stack, user).ask("ads", country="KR", count=1)["slots"]
    token = slots[0]["tracking"]["impression_url"].rpartition("/")[2].partition("?")[0]
    issued_at = int(time.time()) - ISSUED_SECONDS_AGO
    return [signer.again(token, issued_at, secrets.token_bytes(10)) for _ in range(count)]


def sent(url: str, tokens: list[str], address: str) -> list[str]:
    """What became of the events of a batch."""
    headers = {"content-type": "application/json", "x-forwarded-for": address}
    reports = [{"token": token, "kind": "impression"} for token in tokens]
    answer = web.request("POST", f"{url}/api/v1/events", headers, json.dumps({"events": reports}))
    assert answer.status == 200, answer.body
    return [result["recorded"] for result in answer.json["results"]]


def wait_for_room() -> None:
    if (left := 60 - time.time() % 60) < SECONDS_NEEDED:
        time.sleep(left)


def test_events_beyond_those_of_a_person_are_recorded_as_a_burst(stack: Stack, tmp_path: Path) -> None:
    limits = {"LOCKFILL_USER_EVENTS_MAX": "8", "LOCKFILL_ADDRESS_EVENTS_MAX": "12"}
    users = {name: links(stack, f"burst-{name}", 10) for name in ("many", "few", "other")}
    with serve(stack, "events", tmp_path, {**limits, "LOCKFILL_REDIS_DEADLINE_MS": "2000"}) as server:
        # The first request connects.
        sent(server.url, links(stack, "burst-first", 1), "127.0.0.1")
        wait_for_room()
        assert sent(server.url, users["many"], ADDRESS) == ["yes"] * 8 + ["invalid"] * 2, "of a user"
        assert sent(server.url, users["few"][:4], ADDRESS) == ["yes"] * 2 + ["invalid"] * 2, "of an address"
        assert sent(server.url, users["other"][:4], NEIGHBOR) == ["yes"] * 4, "another address"
        assert sent(server.url, users["many"][:1], NEIGHBOR) == ["invalid"], "of a user, wherever"
    found = Counter(entry["class"] for entry in ledger(stack))
    # The last report is of an event that counted, and lies beside it.
    assert found == {"valid": 1 + 8 + 2 + 4, "burst": 2 + 2 + 1}
