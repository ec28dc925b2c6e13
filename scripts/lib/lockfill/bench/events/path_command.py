"""The command `events` of `scripts/bench`."""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ... import LOCAL
from ...stack import REDIS_DEADLINE_MS
from .. import plot
from ..arguments import add_build_and_output, add_turns
from ..report import Figures
from ..results import Row, find, machine_and_versions, publish
from ..stack_rounds import CONTAINER, LAMBDA
from ..stores import stores
from .path_rounds import LINE_ITEMS, SUBJECTS, measure

NAME = "events"
HELP = f"""\
Measures what the report of an event costs, beside the allocation of ten ads with {LINE_ITEMS:,} live
line items.

  allocation  the function of ads
  impression  the link of a showing, followed once
  click       the link to a landing page, followed once
  batch       1, 10 and 100 showings in one request

  container   plain HTTP, asked directly
  lambda      behind local-alb, as Lambda runs functions: one request at a time, frozen in between

All programs run on this machine, with a real Redis and a local DynamoDB, whose time is shown, too. Each event
is of a slot of its own, and the ledger has to have as many more entries as events were answered. The subjects
take turns in every round, and the medians of the rounds are shown. CPU is user and system time for a
request, from /proc. Then some requests are counted: what an event writes into the ledger, and its units of
capacity as the local server counts them, and what it asks Redis for. `n` of a row counts the events of a
request. With the defaults the command takes some minutes after the build.
"""
WORKLOADS = (CONTAINER, LAMBDA)
_COLUMNS = {
    "cpu": "CPU us",
    "cpu_redis": "Redis us",
    "cpu_dynamodb": "DynamoDB us",
    "cpu_balancer": "balancer us",
    "rps": "requests/s",
    "p50": "p50 us",
    "p99": "p99 us",
    "missed": "missed %",
}
_COUNTS = {
    "ledger_entries": "entries",
    "ledger_writes": "writes",
    "ledger_write_units": "write units",
    "redis_scripts": "scripts",
    "redis_writes": "Redis writes",
}
_COUNTED = (("impression", 1), ("repeated", 1), ("click", 1), ("batch", 100))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workloads",
        nargs="+",
        choices=WORKLOADS,
        default=list(WORKLOADS),
        help="how functions are asked (default both)",
    )
    add_turns(parser)
    add_build_and_output(parser)


def run(
    workloads: Sequence[str], rounds: int, seconds: int, clients: int, profile: str, output: Path
) -> Figures:
    """Measures, prints a table, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-events-", dir=LOCAL))
    running = stores(folder, profile)
    if profile == "dev":
        # Unoptimized programs miss the product's deadline.
        running.redis_deadline_ms = REDIS_DEADLINE_MS
    try:
        running.start()
        rows = measure(running, workloads, seconds, rounds, clients)
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
    publish(output, NAME, [*_table(rows), "", *_counts(rows)], machine, rows, _svg(rows))
    return {"machine": machine, "rows": rows}


def _table(rows: Sequence[Row]) -> list[str]:
    head = "".join(f"{it:>13}" for it in (*_COLUMNS.values(), "CPU us/event", "x allocation"))
    lines = [f"{'':<10}{'subject':<12}{'events':>7}{head}"]
    for workload in WORKLOADS:
        allocation = find(rows, "allocation", 0, workload, "cpu")
        for subject in SUBJECTS if allocation else ():
            values = [find(rows, subject.name, subject.events, workload, metric) for metric in _COLUMNS]
            cpu = values[0]
            values.append(cpu / subject.events if cpu is not None and subject.events else None)
            values.append(cpu / allocation if cpu is not None and allocation else None)
            shown = "".join(f"{it:>13,.1f}" if it is not None else f"{'':>13}" for it in values)
            lines.append(f"{workload:<10}{subject.name:<12}{subject.events:>7}{shown}")
    return lines


def _counts(rows: Sequence[Row]) -> list[str]:
    head = "".join(f"{it:>14}" for it in _COUNTS.values())
    lines = ["Counted for one event", f"{'subject':<12}{'events':>7}{head}"]
    for name, events in _COUNTED:
        values = [find(rows, name, events, CONTAINER, metric) for metric in _COUNTS]
        lines.append(f"{name:<12}{events:>7}" + "".join(f"{it or 0:>14,.2f}" for it in values))
    return lines


def _svg(rows: Sequence[Row]) -> str:
    sizes = sorted(subject.events for subject in SUBJECTS if subject.name == "batch")
    series: dict[str, list[tuple[float, float]]] = {}
    for workload in WORKLOADS:
        values = [(n, find(rows, "batch", n, workload, "cpu")) for n in sizes]
        if points := [(float(n), value / n) for n, value in values if value]:
            series[workload] = points
    return plot.lines("CPU of an event in a batch", "events of a request", "microseconds, median", series)
