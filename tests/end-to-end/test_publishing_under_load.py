"""A publication while clients ask: no request fails, and no answer of the version before passes as a new one.

The tests have a stack of their own, whose catalog they make larger.
"""

import time
from pathlib import Path

import pytest

from device import DEGRADED, Device
from lockfill.bench.large_catalog import write_catalog
from lockfill.bench.publish import published_under_load
from lockfill.bench.watch import FUNCTIONS, OLD_SECONDS_MAX, Flip, Seen, judge
from lockfill.stack import Stack
from publisher import Publisher
from stacks import module_stack
from waiting import eventually

pytestmark = pytest.mark.alone

LINE_ITEMS = 1_500
# The publisher has a whole catalog to write, on a machine that other tests use, too.
PUBLISHED_SECONDS = 60

stack = module_stack()


def import_catalog(stack: Stack, folder: Path, line_items: int) -> None:
    file = folder / "large.json"
    write_catalog(stack.catalog, file, line_items)
    stack.manage("import_catalog", file)


def test_no_request_fails_and_no_old_answer_comes_unmarked_two_seconds_after_the_flip(
    stack: Stack, tmp_path: Path
) -> None:
    import_catalog(stack, tmp_path, LINE_ITEMS)
    figures = published_under_load(stack)
    answers = figures["answers"]
    assert answers["requests"] > 100
    assert answers["failed"] == 0
    assert answers["unmarked_old_too_late"] == 0
    assert answers["last_unmarked_old_seconds"] <= OLD_SECONDS_MAX
    assert figures["goals"]["no_failed_request"] == "met"
    steps = figures["steps_seconds"]
    assert {"reading", "comparing", "writing", "compiling", "serving"} < set(steps)
    # The worker's last step ends after the flip, from which on functions are watched.
    seconds, steps_seconds = figures["from_button_to_all_functions_seconds"], sum(steps.values())
    assert seconds - 0.01 <= steps_seconds <= seconds + steps["serving"] + 0.01
    assert 10 < figures["publisher_peak_megabytes"] < 150


def test_the_first_answer_of_an_idle_function_is_new_or_marked(
    stack: Stack, device: Device, tmp_path: Path
) -> None:
    before = {each: device.ask(each, country="KR")["catalog_version"] for each in FUNCTIONS}
    import_catalog(stack, tmp_path, LINE_ITEMS + 1)
    publisher = Publisher(stack)
    publisher.press_publish()
    eventually("it is published", lambda: publisher.progress()[0] == "published", PUBLISHED_SECONDS)
    # Meanwhile no function is asked: their environments are frozen.
    time.sleep(OLD_SECONDS_MAX)
    for function in FUNCTIONS:
        answer = device.answer(function, country="KR")
        assert answer.status == 200
        is_new = answer.json["catalog_version"] > before[function]
        assert is_new or "catalog" in (answer.headers[DEGRADED] or ""), function


def seen(function: str, at: float, version: int, *, status: int = 200, is_marked: bool = False) -> Seen:
    return Seen(function, at, at + 0.1, status, version, is_marked)


def test_the_judge_finds_what_must_not_be() -> None:
    flip = Flip(8, 100.0)
    good = [seen("ads", 99.0, 7), seen("ads", 101.9, 7), seen("ads", 103.0, 7, is_marked=True)]
    verdict = judge([*good, seen("ads", 103.5, 8)], flip, ["ads"])
    assert verdict == (4, 0, 1, pytest.approx(1.9), 0, pytest.approx(3.6))
    late = judge([*good, seen("ads", 103.5, 8), seen("ads", 104.0, 7)], flip, ["ads"])
    assert (late.unmarked_old_too_late, late.last_unmarked_old_seconds) == (1, pytest.approx(4.0))
    failed = judge([*good, seen("ads", 103.5, 8), seen("ads", 104.0, 0, status=503)], flip, ["ads"])
    assert (failed.failed, failed.unmarked_old_too_late) == (1, 0)
    with pytest.raises(ValueError, match="contents does not serve version 8"):
        judge([seen("ads", 103.5, 8)], flip, ["ads", "contents"])
