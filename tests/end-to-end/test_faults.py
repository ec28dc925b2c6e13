"""Environments that are frozen and killed, and a Redis that does not answer in time.

The tests have a stack of their own, in which Redis has a longer deadline.
"""

import functools
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from demo import demo_catalog
from device import DEGRADED, Device, ids, stores
from lockfill import web
from lockfill.faults import frozen
from lockfill.running import environments, state
from lockfill.stack import Stack
from serving_stack import FunctionsStack
from sockets import has_unread_bytes
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

# Long enough to be caught in the middle of a request, shorter than the functions' timeout.
REDIS_DEADLINE_MS = 2_500
# Longer than the second for which a catalog is taken as current without a look.
FREEZE_SECONDS = 5.5

stack = module_stack(FunctionsStack, redis_deadline_ms=REDIS_DEADLINE_MS)


def frozen_environment(stack: Stack) -> int:
    """The process of the one environment of the lock screen function, once it is frozen."""

    def found() -> int | None:
        pids = environments(stack, "lockscreen")
        return pids[0] if len(pids) == 1 and state(pids[0]) == "T" else None

    return eventually("the environment is frozen", found) or 0


def test_an_idle_environment_is_frozen_and_serves_what_was_published_meanwhile(device: Device) -> None:
    stack = device.stack
    before = device.ask(unit_id="1003", count=50)
    environment = frozen_environment(stack)
    catalog = demo_catalog()
    gone = ids(before)[0]
    catalog["contents"] = [row for row in catalog["contents"] if row["id"] != gone]
    changed = Path(stack.folder, "changed.json")
    changed.write_text(json.dumps(catalog))
    stack.publish(changed)
    time.sleep(FREEZE_SECONDS)
    assert state(environment) == "T", "it was asleep the whole time"
    first = device.answer(unit_id="1003", count=50)
    is_new = first.json["catalog_version"] == before["catalog_version"] + 1
    assert is_new or "catalog" in str(first.headers[DEGRADED]), "an old answer says so"

    def new() -> web.Answer | None:
        answer = device.answer(unit_id="1003", count=50)
        return answer if answer.json["catalog_version"] > before["catalog_version"] else None

    after = eventually("the new version is served", new, 2)
    assert after is not None
    assert after.headers[DEGRADED] is None
    assert gone not in ids(after.json)
    assert frozen_environment(stack) == environment, "the same environment answered"


def test_a_function_killed_in_the_middle_of_a_request_costs_one_client_a_502(device: Device) -> None:
    stack = device.stack
    device.ask()
    environment = frozen_environment(stack)
    answers: list[web.Answer] = []
    with frozen(stack, "redis-server"):
        client = threading.Thread(target=lambda: answers.append(device.answer()))
        client.start()
        waits = functools.partial(has_unread_bytes, stack.redis_port)
        eventually("the environment waits for Redis's answer", waits)
        os.kill(environment, signal.SIGKILL)
        client.join()
    assert (answers[0].status, answers[0].headers["server"]) == (502, "awselb/2.0")
    assert device.answer().status == 200
    assert frozen_environment(stack) != environment


def test_without_redis_answers_say_so_and_recover_by_themselves(device: Device) -> None:
    device.ask()
    with frozen(device.stack, "redis-server"):
        answer = device.answer()
        assert answer.status == 200 and "redis" in stores(answer.headers[DEGRADED])
        assert answer.json["slots"]
    eventually("unmarked again", lambda: device.answer().headers[DEGRADED] is None, 5)
