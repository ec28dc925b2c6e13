"""Django's allocations while a store is gone, or has a new catalog.

The tests have a stack of their own. Each puts back what it takes away.
"""

import json
from urllib.parse import urlencode

import pytest

from demo import demo_catalog
from device import DEGRADED, LOCKSCREEN, Device, stores
from lockfill import web
from lockfill.faults import frozen, without_dynamodb
from lockfill.stack import Stack
from lockfill.stopwatch import Stopwatch
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# So many answers in a row: each of Django's processes has a catalog and connections of its own.
IN_A_ROW = 4

stack = module_stack()


@pytest.fixture(autouse=True, scope="module")
def all_have_a_catalog(stack: Stack) -> None:
    """Each of Django's processes has loaded the catalog before the first test."""
    log = stack.logs / "gunicorn.log"

    def have_loaded() -> bool:
        text = log.read_text()
        return 0 < text.count("Booting worker") == text.count("Serving version")

    eventually("each of Django's processes has a catalog", have_loaded, 20)


def ask_django(device: Device) -> web.Answer:
    query = urlencode({"unit_id": "1001", "user_id": device.user, "country": "KR"})
    answer = web.get(f"{device.stack.django_url}{LOCKSCREEN}?{query}")
    assert answer.status == 200, answer.body
    return answer


def becomes(device: Device, mark: str | None, seconds: float) -> None:
    eventually(
        f"answers are marked {mark}",
        lambda: all(ask_django(device).headers[DEGRADED] == mark for _ in range(IN_A_ROW)),
        seconds,
    )


def test_a_frozen_redis_costs_its_deadline_and_a_mark_that_goes_by_itself(device: Device) -> None:
    becomes(device, None, 5)
    with frozen(device.stack, "redis-server"):
        stopwatch = Stopwatch()
        assert "redis" in stores(ask_django(device).headers[DEGRADED])
        assert stopwatch.seconds() < device.stack.redis_deadline_ms / 1_000 + 0.5
    becomes(device, None, 5)


def test_a_dynamodb_that_is_gone_is_marked_after_five_seconds(device: Device) -> None:
    becomes(device, None, 5)
    with without_dynamodb(device.stack):
        becomes(device, "catalog, gates", 10)
    becomes(device, None, 10)


def test_a_new_version_is_served_within_seconds(device: Device) -> None:
    catalog = demo_catalog()
    for content in catalog["contents"]:
        content["title"] = f"{content['title']} 2"
    changed = device.stack.folder / "changed.json"
    changed.write_text(json.dumps(catalog))
    before = ask_django(device).json["catalog_version"]
    device.stack.publish(changed)
    eventually(
        "the new version is served",
        lambda: all(ask_django(device).json["catalog_version"] > before for _ in range(IN_A_ROW)),
    )
