"""Publishing a catalog of 100,000 line items from Django."""

import json
import os
import time
from pathlib import Path

from .. import monolith, web
from ..console import Failure
from ..processes import start
from ..running import environments
from ..stack import Stack
from .generator import FUNCTION, TARGET
from .large_catalog import write_catalog
from .report import Figures

LINE_ITEMS = 100_000
SERVED_SECONDS_MAX = 300


def publish(stack: Stack, _seconds: int, _clients: int) -> Figures:
    """Imports and publishes the line items, and waits until a function serves them."""
    catalog = stack.folder / "large.json"
    write_catalog(stack.catalog, catalog, LINE_ITEMS)
    # The command is what is measured, and a running worker would take the publication first.
    stack.children.pop("publish-worker").stop()
    small = _command(stack, "publish", "--wait")
    before = _version(stack)
    imported = _command(stack, "import_catalog", catalog)
    published = _command(stack, "publish", "--wait", "--json")
    phases = _phases(stack)
    started, unavailable = time.monotonic(), 0
    while (version := _version(stack)) in (None, before):
        # An environment that starts now has nothing to serve until it has loaded all of it.
        unavailable += version is None
        if time.monotonic() - started > SERVED_SECONDS_MAX:
            raise Failure(f"the new version is not served after {SERVED_SECONDS_MAX} s")
    served_after = time.monotonic() - started
    one_more = _command(stack, "publish", "--wait")
    # Each environment holds the whole catalog.
    peaks = [_peak_megabytes(pid) for pid in environments(stack, FUNCTION)]
    return {
        "line_items": LINE_ITEMS,
        "catalog_megabytes": catalog.stat().st_size / 1e6,
        "import": imported,
        "load_of_the_machine": os.getloadavg()[0],
        "publish": published,
        "publish_seconds_by_phase": phases,
        "served_after_seconds": served_after,
        "unavailable_answers_until_then": unavailable,
        "function_peak_megabytes": max(peaks),
        "publish_without_changes": one_more,
        "publish_the_demonstration_without_changes": small,
    }


def _phases(stack: Stack) -> dict[str, float]:
    """How long each step of the publication took, as the command reported it."""
    lines = (stack.logs / "bench-publish.log").read_text().splitlines()
    reports = [json.loads(line) for line in lines if line.startswith('{"publication"')]
    seconds: dict[str, float] = reports[-1]["seconds"]
    return seconds


def _version(stack: Stack) -> int | None:
    """The version that a function serves; None while it has none yet."""
    answer = web.get(stack.url + TARGET.replace("{user}", "publish"))
    if answer.status == 503:
        return None
    if answer.status != 200:
        raise Failure(f"status {answer.status}: {answer.body[:200]!r}")
    return int(answer.json["catalog_version"])


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


def _peak_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1e3
    raise Failure(f"process {pid} has ended")
