"""The command `stack` of `scripts/bench`."""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from .. import LOCAL
from ..command_line import whole_number
from . import plot
from .arguments import add_build_and_output, add_turns
from .report import Figures
from .results import Row, find, goal, machine_and_versions, publish
from .stack_rounds import CONTAINER, LAMBDA, NEW_VERSION, SUBJECTS, measure
from .stores import stores

NAME = "stack"
SIZES = (100, 1_000, 10_000, 100_000)
# To one machine: 100 requests a second, and a publication after 100 seconds. An edited catalog is published
# once there was no edit for 30 seconds.
REQUESTS_A_VERSION = 10_000
HELP = """\
Measures what a request costs, by how many line items are live: the allocation of ten ads, asked over HTTP.

  empty      a function that asks nothing and answers a short document
  floor      a function that asks Redis about one user and answers a document as long as ten slots
  lockfill   the function of ads
  django     the same API, answered by Django under gunicorn

  container  plain HTTP, asked directly
  lambda     behind local-alb, as Lambda runs functions: one request at a time, frozen in between; without
             Django

All programs run on this machine. Each size has a real Redis and a local DynamoDB of its own, and all sizes
are served at once, so that subjects and sizes take turns in every round; the medians of the rounds are
shown. CPU is user and system time of the subject's processes for a request, from /proc; memory is of the
largest process. Answers without Redis, because its 10 ms were over, are shown as missed: they cost less, so
many of them mean that the machine was too busy for the figures. After the rounds each catalog is published
once more: "new version" is the CPU until all processes of a subject serve it. target/bench/stack.json and
stack.svg have the figures. With the defaults the command takes about 11 minutes after the build.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=whole_number(100, 200_000),
        default=list(SIZES),
        help="line items, beside those of the demonstration (default 100 1000 10000 100000)",
    )
    add_turns(parser)
    add_build_and_output(parser)


def run(sizes: Sequence[int], rounds: int, seconds: int, clients: int, profile: str, output: Path) -> Figures:
    """Measures all sizes, prints a table and the goals, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-stack-", dir=LOCAL))
    catalogs = {size: stores(folder / str(size), profile) for size in sorted(set(sizes))}
    try:
        for of_size in catalogs.values():
            of_size.start()
        rows = measure(catalogs, seconds, rounds, clients)
    finally:
        for of_size in catalogs.values():
            of_size.stop()
        shutil.rmtree(folder, ignore_errors=True)
    lines = [*_ratios(rows, sizes), "", *_table(rows, sizes), "", *_goals(rows, sizes)]
    publish(output, NAME, lines, machine, rows, _svg(rows, sizes))
    return {"machine": machine, "rows": rows}


def _ratios(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    head = ("line items", "django / lockfill", "with new versions", "container - floor", "lambda - floor")
    lines = ["CPU a request: how many times ours Django's is, and ours above the floor function's"]
    lines.append("".join(f"{it:>20}" for it in head))
    for n in sizes:
        cells = (
            (_times(rows, n), "x"),
            (_times(rows, n, with_versions=True), "x"),
            (_above_floor(rows, n, CONTAINER), " us"),
            (_above_floor(rows, n, LAMBDA), " us"),
        )
        shown = [f"{value:,.1f}{unit}" if value is not None else "" for value, unit in cells]
        lines.append("".join(f"{it:>20}" for it in (f"{n:,}", *shown)))
    lines.append(f"With new versions: one is published after {REQUESTS_A_VERSION:,} requests to a machine.")
    return lines


def _table(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    columns = {
        "cpu": "CPU us",
        "cpu_redis": "Redis us",
        "cpu_balancer": "balancer us",
        "rps": "requests/s",
        "p50": "p50 us",
        "p99": "p99 us",
        NEW_VERSION: "new version ms",
        "resident": "resident MB",
        "peak": "peak MB",
        "missed": "missed %",
    }
    lines = [f"{'':<10}{'subject':<10}{'line items':>11}" + "".join(f"{it:>15}" for it in columns.values())]
    for workload, subjects in SUBJECTS.items():
        for subject in subjects:
            for n in sizes:
                values = [find(rows, subject, n, workload, metric) for metric in columns]
                shown = "".join(f"{it:>15,.1f}" if it is not None else f"{'':>15}" for it in values)
                lines.append(f"{workload:<10}{subject:<10}{n:>11,}{shown}")
    return lines


def _goals(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    lines = ["Goals"]
    for n in sizes:
        of = f"at {n:,} line items"
        above = _above_floor(rows, n, CONTAINER)
        lines.append(goal(f"CPU above the floor as a container {of}", above, " us", 20))
        lines.append(goal(f"CPU above the floor as a Lambda {of}", _above_floor(rows, n, LAMBDA), " us", 50))
    for n, times in ((1_000, 15), (10_000, 25)):
        if n in sizes:
            text = f"Django's CPU over ours at {n:,} line items"
            lines.append(goal(text, _times(rows, n), "x", times, at_least=True))
    return [*lines, *_growth(rows, [n for n in sizes if n >= 1_000])]


def _growth(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    """Whether Django costs more times what ours does from one size to the next."""
    lines = []
    for with_versions, when in ((False, "between versions"), (True, "with new versions")):
        times = [_times(rows, n, with_versions=with_versions) for n in sorted(sizes)]
        for n, (smaller, larger) in zip(sorted(sizes)[1:], pairwise(times), strict=True):
            growth = larger / smaller if larger is not None and smaller else None
            text = f"growth of Django's CPU over ours to {n:,} line items, {when}"
            lines.append(goal(text, growth, "x", 1, at_least=True))
    return lines


def _times(rows: list[Row], n: int, *, with_versions: bool = False) -> float | None:
    django, ours = (_cpu(rows, it, n, with_versions=with_versions) for it in ("django", "lockfill"))
    return django / ours if django is not None and ours else None


def _cpu(rows: list[Row], subject: str, n: int, *, with_versions: bool) -> float | None:
    """Microseconds of a request, with its share of a new version if wanted."""
    request = find(rows, subject, n, CONTAINER, "cpu")
    version_ms = find(rows, subject, n, CONTAINER, NEW_VERSION) if with_versions else 0
    return None if request is None or version_ms is None else request + version_ms * 1e3 / REQUESTS_A_VERSION


def _above_floor(rows: list[Row], n: int, workload: str) -> float | None:
    ours, floor = (find(rows, it, n, workload, "cpu") for it in ("lockfill", "floor"))
    return ours - floor if ours is not None and floor is not None else None


def _svg(rows: list[Row], sizes: Sequence[int]) -> str:
    series: dict[str, list[tuple[float, float]]] = {}
    for workload, subjects in ((CONTAINER, SUBJECTS[CONTAINER]), (LAMBDA, ("lockfill",))):
        for subject in subjects:
            values = [(float(n), find(rows, subject, n, workload, "cpu")) for n in sorted(sizes)]
            points = [(n, value) for n, value in values if value]
            if points:
                series[subject if workload == CONTAINER else f"{subject} (Lambda)"] = points
    return plot.lines("CPU of a request for ten ads", "line items", "microseconds, median", series)
