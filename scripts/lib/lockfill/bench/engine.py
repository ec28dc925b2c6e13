"""The command `engine` of `scripts/bench`."""

import argparse
from collections.abc import Sequence

from ..command_line import whole_number
from ..console import step
from .index_programs import OURS, PROFILE, median, program, rows_of, svg, table
from .report import Figures
from .results import FOLDER, Row, goal, machine_and_versions, publish

NAME = "engine"
PROGRAM = "lockfill-bench-engine"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SUBJECTS = (OURS, "scan", "dense", "roaring", "a-tree")
# The most microseconds of ten ads, by workload and line items.
_GOALS_US = {("broad", 10_000): 2, ("broad", 1_000_000): 5, ("narrow", 1_000_000): 20}
# The most microseconds of a request without an ad among 100,000 line items, with its exact reason.
_NO_FILL_GOAL_US = 200
_HARD = ("hard-gates", "hard-advertiser", "hard-caps", "hard-ties", "hard-none")
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
    command = program(PROGRAM)
    with step("measuring the engine"):
        rows = rows_of([*command, "--items", *map(str, items), "--rounds", str(rounds)])
    of_machine = machine_and_versions(PROFILE)
    lines = [(subject, subject, "broad") for subject in SUBJECTS]
    plotted = svg(rows, lines, "Ten ads, workload broad", "line items")
    shown = [table(rows, SUBJECTS, "line items"), "", *_goals(rows, items)]
    publish(FOLDER, NAME, shown, of_machine, rows, plotted)
    return {"machine": of_machine, "rows": rows}


def _goals(rows: Sequence[Row], items: Sequence[int]) -> list[str]:
    """Of times, of ratios to other subjects, and of the bytes of the index."""
    lines = ["Goals"]
    for (workload, n), limit_us in _GOALS_US.items():
        if n in items:
            took = median(rows, OURS, n, workload)
            lines.append(goal(f"{workload}, {n:,} line items", took, " us", limit_us))
    if 100_000 in items:
        times = _times(rows, "scan", 100_000, "broad")
        lines.append(goal("scan over ours, broad, 100,000 line items", times, "x", 100, at_least=True))
        for workload in ("hard-none", "hard-closed"):
            took = median(rows, OURS, 100_000, workload)
            text = f"no ad and its reason, {workload}, 100,000 line items"
            lines.append(goal(text, took, " us", _NO_FILL_GOAL_US))
    for n in items:
        for workload in _HARD:
            times = _times(rows, "dense", n, workload)
            lines.append(goal(f"dense over ours, {workload}, {n:,} line items", times, "x", 1, at_least=True))
    for row in rows:
        if row["metric"] == "index_bytes_per_line_item" and row["n"] == 1_000_000:
            text = f"index a line item, {row['workload']}, 1,000,000 line items"
            lines.append(goal(text, float(row["value"]), " bytes", 100))
    return lines


def _times(rows: Sequence[Row], subject: str, n: int, workload: str) -> float | None:
    """How many times as long as ours a subject takes."""
    ours, other = median(rows, OURS, n, workload), median(rows, subject, n, workload)
    return other / ours if ours and other else None
