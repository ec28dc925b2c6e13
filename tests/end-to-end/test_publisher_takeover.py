"""A publish worker that dies while it publishes.

The test has a stack of its own, whose catalog it makes large.
"""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from demo import demo_catalog
from device import Device
from lockfill.stack import Stack
from publisher import Publisher
from stacks import module_stack
from waiting import eventually

# Enough rows that writing them can be interrupted.
MANY_CHANNELS = 6_000
# A worker without a sign of life for ten seconds counts as interrupted.
TAKEOVER_SECONDS = 60

stack = module_stack()


def large_catalog(folder: Path) -> Path:
    catalog = demo_catalog()
    channels = [{"id": f"ch-{n}", "name": "a channel"} for n in range(1_000, 1_000 + MANY_CHANNELS)]
    file = folder / "large.json"
    file.write_text(json.dumps({**catalog, "channels": catalog["channels"] + channels}))
    return file


@pytest.mark.long
def test_a_publisher_killed_while_it_writes_changes_nothing_and_the_next_takes_over(
    stack: Stack, device: Device, tmp_path: Path
) -> None:
    publisher = Publisher(stack)
    stack.manage("import_catalog", large_catalog(tmp_path))
    before = device.ask("ads", country="KR")["catalog_version"]
    publisher.press_publish()
    eventually("it writes", lambda: publisher.progress() == ("publishing", "writing"), 60)
    os.kill(stack.children["publish-worker"].process.pid, signal.SIGKILL)
    time.sleep(2)
    assert publisher.progress() == ("publishing", "writing"), "it could say no more"
    assert device.ask("ads", country="KR")["catalog_version"] == before

    stack.restart_publish_worker()

    def is_served() -> bool:
        return bool(device.ask("ads", country="KR")["catalog_version"] > before)

    eventually("the next version is served", is_served, TAKEOVER_SECONDS)
    eventually("it is finished", lambda: publisher.progress()[0] == "published")
    successor, interrupted = publisher.publications()[:2]
    assert (successor["trigger"], successor["version"]) == ("takeover", before + 1)
    assert successor["changes"]["channel"]["added"] == MANY_CHANNELS
    assert interrupted["state"] == "failed"
    assert "interrupted while writing" in interrupted["problems"][0]
    assert f"#{successor['publication']} takes over" in interrupted["problems"][0]
