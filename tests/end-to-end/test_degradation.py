"""Stores that are gone: answers go on, are marked with the store that they lack, and lose the mark again.

The tests have a stack of their own. Each puts back what it takes away.
"""

import pytest

from device import DEGRADED, Device, stores
from lockfill import web
from lockfill.faults import frozen, without_dynamodb, without_redis
from lockfill.stopwatch import Stopwatch
from serving_stack import FunctionsStack
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# For so long a function takes a catalog for current without having confirmed it again.
FRESH_SECONDS = 1
RECOVERY_SECONDS = 5

stack = module_stack(FunctionsStack)


@pytest.fixture(autouse=True)
def unmarked(device: Device) -> None:
    """A test begins once answers are no longer marked because of the test before."""
    becomes(device, None, RECOVERY_SECONDS)


def mark(device: Device) -> str | None:
    """The mark of an answer, which has slots and comes in time whatever it lacks."""
    stopwatch = Stopwatch()
    answer = device.answer(country="KR")
    assert stopwatch.seconds() < 2, "an answer does not wait for a store"
    assert answer.status == 200, answer.body
    assert answer.json["slots"]
    found: str | None = answer.headers[DEGRADED]
    return found


def becomes(device: Device, wanted: str | None, seconds: float) -> None:
    eventually(f"answers are marked {wanted}", lambda: mark(device) == wanted, seconds)


def catalog_is_marked_after_a_while(device: Device) -> None:
    """Without DynamoDB a catalog that was just confirmed counts as current, for a second."""
    becomes(device, "catalog, gates", FRESH_SECONDS + 1)
    assert all({"catalog", "gates"} <= stores(mark(device)) for _ in range(3))


def test_without_redis_answers_are_marked_and_events_too_until_it_is_back(device: Device) -> None:
    link = device.ask("ads", country="KR")["slots"][0]["tracking"]["impression_url"]
    with without_redis(device.stack):
        assert all("redis" in stores(mark(device)) for _ in range(5))
        becomes(device, "redis", RECOVERY_SECONDS)
        pixel = web.get(link)
        assert pixel.status == 200 and "redis" in stores(pixel.headers[DEGRADED])
    becomes(device, None, RECOVERY_SECONDS)
    # Each environment connects to a Redis that has failed once a second at most.
    eventually("it is counted now", lambda: web.get(link).headers[DEGRADED] is None, 1.5)


def test_a_dynamodb_that_hangs_is_felt_after_a_second_and_no_longer_than_it_hangs(
    device: Device,
) -> None:
    with frozen(device.stack, "local-dynamodb"):
        catalog_is_marked_after_a_while(device)
    becomes(device, None, RECOVERY_SECONDS)


def test_a_dynamodb_that_was_killed_is_felt_until_it_is_back(device: Device) -> None:
    version = device.ask()["catalog_version"]
    with without_dynamodb(device.stack):
        catalog_is_marked_after_a_while(device)
        assert device.ask()["catalog_version"] == version
    becomes(device, None, RECOVERY_SECONDS)


def test_without_both_answers_name_both(device: Device) -> None:
    with without_redis(device.stack), without_dynamodb(device.stack):
        assert "redis" in stores(mark(device))
        becomes(device, "redis, catalog, gates", FRESH_SECONDS + 1)
    becomes(device, None, RECOVERY_SECONDS)


def test_both_hanging_are_named_and_come_back(device: Device) -> None:
    with frozen(device.stack, "redis-server"), frozen(device.stack, "local-dynamodb"):
        becomes(device, "redis, catalog, gates", FRESH_SECONDS + 3)
    becomes(device, None, RECOVERY_SECONDS)
