"""The command `engine` of `scripts/bench`."""

import argparse
import json

from .. import LOGS
from ..build import build
from ..console import step
from ..processes import Command, clean_environment, run
from . import plot
from .arguments import whole_number
from .report import Figures
from .results import FOLDER, Row, machine_and_versions, publish

NAME = "engine"
PACKAGE = "lockfill-test-bench-engine"
PROGRAM = "lockfill-bench-engine"
PROFILE = "bench-engine"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SUBJECTS = ("lockfill", "scan", "dense", "roaring", "a-tree")
MEDIANS = ("top10_median", "nofill_median")
HELP = """\
Measures how fast ads are found, on one thread: ten slots with request-dependent eCPM, caps and gates.

  lockfill   the index of the compiled catalog, as functions use it: a whole decision
  scan       the reference, which looks at each line item
  dense      all matches by a conjunction of the index's columns, then ranked and placed; without a slot, the
             counts of rejections by a conjunction rule by rule
  roaring    the same with Roaring bitmaps of the columns
  a-tree     the same with the crate a-tree, up to 10,000 line items

tests/bench-engine/src/workloads.rs describes the workloads. Every subject must find the same slate for each
query.
Medians of interleaved runs; target/bench/engine.json and engine.svg have the figures.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--items", nargs="+", type=whole_number(100, 4_000_000), default=list(SIZES))
    parser.add_argument(
        "--rounds", type=whole_number(1, 100), default=7, help="turns of each subject (default 7)"
    )


def run_engine(items: list[int], rounds: int) -> Figures:
    """Takes all measures, prints a table, and writes the rows and the plot."""
    programs = build(PROFILE, (PACKAGE,))
    command: Command = [programs / PROGRAM, "--items", *map(str, items), "--rounds", str(rounds)]
    with step("measuring the engine"):
        output = run(PROGRAM, command, LOGS / "bench-engine.log", clean_environment())
    rows: list[Row] = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    of_machine = machine_and_versions(PROFILE)
    publish(FOLDER, NAME, [_table(rows)], of_machine, rows, _svg(rows))
    return {"machine": of_machine, "rows": rows}


def _table(rows: list[Row]) -> str:
    """Times in microseconds, and in front how many times as long the others take."""
    found: dict[tuple[str, int, str], dict[str, float]] = {}
    for row in rows:
        if row["metric"] in MEDIANS:
            key = (row["workload"], row["n"], row["metric"])
            found.setdefault(key, {})[row["subject"]] = row["value"]
    others = SUBJECTS[1:]
    head = f"{'workload':<16} {'line items':>10} {'':<7}" + "".join(f"{'x ' + name:>11}" for name in others)
    lines = [head + "".join(f"{name + ' us':>14}" for name in SUBJECTS)]
    for (workload, items, metric), times in sorted(found.items()):
        ours = times["lockfill"]
        ratios = "".join(f"{times[it] / ours:>11,.1f}" if it in times else f"{'':>11}" for it in others)
        values = "".join(f"{times[it]:>14,.2f}" if it in times else f"{'':>14}" for it in SUBJECTS)
        lines.append(f"{workload:<16} {items:>10,} {metric.split('_')[0]:<7}{ratios}{values}")
    return "\n".join(lines)


def _svg(rows: list[Row]) -> str:
    broad = [row for row in rows if row["workload"] == "broad" and row["metric"] == "top10_median"]
    series = {
        subject: sorted((float(row["n"]), float(row["value"])) for row in broad if row["subject"] == subject)
        for subject in SUBJECTS
    }
    present = {subject: points for subject, points in series.items() if points}
    return plot.lines("Ten ads, workload broad", "line items", "microseconds, median", present)
