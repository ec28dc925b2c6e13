"""What the commands `engine` and `contents` share: programs that print rows, tables and plots of medians."""

import json
from collections.abc import Sequence

from .. import LOGS
from ..build import build
from ..processes import Command, clean_environment, run
from . import plot
from .results import Row

PACKAGE = "lockfill-test-bench-engine"
PROFILE = "bench-engine"
LOG = LOGS / "bench-engine.log"
# The program names the metric by whether requests are answered.
MEDIANS = ("top10_median", "nofill_median")
OURS = "lockfill"


def program(name: str) -> Command:
    """The command of one of the package's programs, which is built first."""
    return [build(PROFILE, (PACKAGE,)) / name]


def rows_of(command: Command) -> list[Row]:
    """Runs a program to its end, and reads the rows that it prints."""
    output = run(str(command[0]), command, LOG, clean_environment())
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def median(rows: Sequence[Row], subject: str, n: int, workload: str) -> float | None:
    """The median time of a subject in microseconds; None where it was not measured."""
    found = (
        float(row["value"])
        for row in rows
        if (row["subject"], row["n"], row["workload"]) == (subject, n, workload) and row["metric"] in MEDIANS
    )
    return next(found, None)


def table(rows: Sequence[Row], subjects: Sequence[str], items: str) -> str:
    """Times in microseconds, and in front how many times as long the others take."""
    found: dict[tuple[str, int, str], dict[str, float]] = {}
    for row in rows:
        if row["metric"] in MEDIANS:
            key = (row["workload"], row["n"], row["metric"])
            found.setdefault(key, {})[row["subject"]] = row["value"]
    others = [subject for subject in subjects if subject != OURS]
    head = f"{'workload':<16} {items:>10} {'':<7}" + "".join(f"{'x ' + name:>11}" for name in others)
    lines = [head + "".join(f"{name + ' us':>14}" for name in subjects)]
    for (workload, n, metric), times in sorted(found.items()):
        ours = times[OURS]
        ratios = "".join(f"{times[it] / ours:>11,.1f}" if it in times else f"{'':>11}" for it in others)
        values = "".join(f"{times[it]:>14,.2f}" if it in times else f"{'':>14}" for it in subjects)
        lines.append(f"{workload:<16} {n:>10,} {metric.split('_')[0]:<7}{ratios}{values}")
    return "\n".join(lines)


def svg(rows: Sequence[Row], lines: Sequence[tuple[str, str, str]], title: str, items: str) -> str:
    """A line for each name, subject and workload that was measured."""
    series = {}
    for name, subject, workload in lines:
        sizes = sorted({int(row["n"]) for row in rows if row["workload"] == workload})
        values = [(float(n), median(rows, subject, n, workload)) for n in sizes]
        points = [(n, value) for n, value in values if value]
        if points:
            series[name] = points
    return plot.lines(title, items, "microseconds, median", series)
