"""A storm of events: the ledger is exact to the event, and the roll-ups are the ledger's sums."""

import os
from pathlib import Path

import pytest

from event_storm import Storm, StormStack, hold
from roll_ups import require_clocks_ahead
from serving_stack import serving_stack

pytestmark = pytest.mark.alone

EVENTS_FEW = 1_500
EVENTS_MANY = int(os.environ.get("LOCKFILL_STORM_EVENTS", "1000000"))
PROFILE = os.environ.get("LOCKFILL_STORM_PROFILE", "bench-stack")


def weather(folder: Path, events: int, profile: str = "dev") -> Storm:
    require_clocks_ahead()
    with serving_stack(folder / "stack", profile, StormStack) as stack:
        storm = Storm(stack, events, seed=7)
        storm.run()
        figures = hold(storm, folder)
        print(figures)
        assert figures["events"] == storm.unique and storm.sent >= events
    return storm


def test_a_storm_of_events_is_recorded_exactly_and_rolled_up_as_recorded(tmp_path: Path) -> None:
    assert weather(tmp_path, EVENTS_FEW).kills["events"] > 0


@pytest.mark.long
def test_a_storm_of_a_million_events(tmp_path: Path) -> None:
    kills = weather(tmp_path, EVENTS_MANY, PROFILE).kills
    assert kills["events"] > 10 and kills["redis"] > 2
