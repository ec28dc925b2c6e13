"""Publishing a catalog of 100,000 line items from Django, while clients ask the functions."""

import json
import os
import time
from pathlib import Path
from typing import Any

from .. import monolith
from ..console import Failure
from ..processes import start
from ..publish_button import PublishButton
from ..running import cpu_ms, environments
from ..stack import Stack
from .large_catalog import write_catalog
from .report import Figures
from .watch import FUNCTIONS, Flip, Watch, judge

LINE_ITEMS = 100_000
SERVED_SECONDS_MAX = 300
# What the answers are watched for after the flip: twice as long as an old one may come unmarked.
_SECONDS_AFTER_FLIP = 4.0
# The programs that a publication keeps busy.
_BUSY = ("publish-worker", "catalog", "local-dynamodb")
# What this product asks of itself.
SECONDS_GOAL = 10.0
MEGABYTES_GOAL = 150.0


def publish(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """Imports the line items, presses the button, and waits until all functions serve them."""
    catalog = stack.folder / "large.json"
    write_catalog(stack.catalog, catalog, LINE_ITEMS)
    imported = _command(stack, "import_catalog", catalog)
    published = published_under_load(stack)
    one_more = _command(stack, "publish", "--wait")
    return {
        "line_items": LINE_ITEMS,
        "catalog_megabytes": catalog.stat().st_size / 1e6,
        "import": imported,
        **published,
        # Each environment holds the whole catalog.
        "function_peak_megabytes": max(
            peak_megabytes(pid) for each in FUNCTIONS for pid in environments(stack, each)
        ),
        "publish_without_changes_seconds": one_more["seconds"],
    }


def published_under_load(stack: Stack) -> Figures:
    """Presses the button while clients ask all functions: how long each step takes, and what they see."""
    button = PublishButton(stack.url)
    worker = stack.children["publish-worker"].process.pid
    with Watch(stack) as watch:
        before = _wait_for(lambda: watch.flips[-1] if watch.flips else None, "the pointer is not read")
        used, load = cpu_ms(stack), os.getloadavg()[0]
        pressed_at = time.monotonic()
        button.press()
        flip: Flip = _wait_for(
            lambda: watch.flip_to_another(before.version), "the new version is not published"
        )
        time.sleep(_SECONDS_AFTER_FLIP)
        used = cpu_ms(stack) - used
    steps = _newest(stack)["seconds"]
    flip_seconds = flip.seen_at - pressed_at
    verdict = judge(watch.seen, flip)
    seconds = flip_seconds + verdict.all_serve_seconds
    peak = peak_megabytes(worker)
    return {
        "load_of_the_machine": load,
        "from_button_to_all_functions_seconds": seconds,
        "steps_seconds": {
            "until_a_worker_has_begun": max(flip_seconds - sum(steps.values()), 0.0),
            **steps,
            "until_all_functions_serve": verdict.all_serve_seconds,
        },
        "cpu_seconds": {name: used[name] / 1000 for name in _BUSY},
        "publisher_peak_megabytes": peak,
        "answers": verdict._asdict(),
        "goals": {
            f"at_most_{SECONDS_GOAL:g}_seconds": _met(seconds <= SECONDS_GOAL),
            f"at_most_{MEGABYTES_GOAL:g}_megabytes": _met(peak <= MEGABYTES_GOAL),
            "no_failed_request": _met(not verdict.failed),
            "no_unmarked_old_answer_after_2_seconds": _met(not verdict.unmarked_old_too_late),
        },
    }


def _met(is_met: bool) -> str:
    return "met" if is_met else "NOT MET"


def _wait_for(found: Any, problem: str) -> Any:
    deadline = time.monotonic() + SERVED_SECONDS_MAX
    while (value := found()) is None:
        if time.monotonic() > deadline:
            raise Failure(f"{problem} after {SERVED_SECONDS_MAX} s")
        time.sleep(0.01)
    return value


def _newest(stack: Stack) -> dict[str, Any]:
    """The newest publication."""
    publication: dict[str, Any] = json.loads(stack.manage("publications", "--json").splitlines()[0])
    return publication


def _command(stack: Stack, name: str, *arguments: str | Path) -> dict[str, float]:
    """Runs one of Django's commands; how long it took, and its peak of memory."""
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


def peak_megabytes(pid: int) -> float:
    """The most memory that a process has had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    raise Failure(f"process {pid} has ended")
