"""From an edit in Django to what the functions serve. The tests have a stack of their own."""

import pytest

from device import CAPPED, Device, ids
from lockfill.stack import Stack
from lockfill.stopwatch import Stopwatch
from publisher import Publisher
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# From the press of the button to the first answer with the new version.
SERVED_SECONDS = 5
# Reads a catalog, of which a row is edited after the first was read; whether each reading has the edit.
READ_WHILE_EDITED = """
from adops.models import Content
from publishing.catalog import read_rows
reading = read_rows()
next(reading)
Content.objects.filter(public_id="ct-021").update(title="edited meanwhile")
print([any("edited meanwhile" in row.json for row in rows) for rows in (reading, read_rows())])
"""

stack = module_stack()


@pytest.fixture
def publisher(stack: Stack) -> Publisher:
    return Publisher(stack)


def set_status(publisher: Publisher, status: str) -> None:
    found = f"LineItem.objects.filter(public_id='{CAPPED}')"
    publisher.run_in_django(f"from adops.models import LineItem\n{found}.update(status='{status}')")


def test_a_pause_is_served_within_seconds_of_the_button(device: Device, publisher: Publisher) -> None:
    for status, is_served in (("paused", False), ("active", True)):
        set_status(publisher, status)
        before = device.ask("ads", country="KR")
        assert (CAPPED in ids(before)) != is_served

        def is_new(old: int = before["catalog_version"]) -> bool:
            return bool(device.ask("ads", country="KR")["catalog_version"] > old)

        pressed = Stopwatch()
        publisher.press_publish()
        eventually("the next version is served", is_new, SERVED_SECONDS)
        assert pressed.seconds() < SERVED_SECONDS
        assert (CAPPED in ids(device.ask("ads", country="KR"))) == is_served


def test_a_catalog_is_read_as_of_one_moment_and_keeps_no_editor_waiting(publisher: Publisher) -> None:
    assert publisher.run_in_django(READ_WHILE_EDITED).strip() == "[False, True]"
