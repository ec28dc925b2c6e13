"""The command `engine` of `scripts/bench`."""

import argparse

from ..command_line import whole_number
from ..console import step
from .index_programs import OURS, PROFILE, program, rows_of, svg, table
from .report import Figures
from .results import FOLDER, machine_and_versions, publish

NAME = "engine"
PROGRAM = "lockfill-bench-engine"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SUBJECTS = (OURS, "scan", "dense", "roaring", "a-tree")
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
    publish(FOLDER, NAME, [table(rows, SUBJECTS, "line items")], of_machine, rows, plotted)
    return {"machine": of_machine, "rows": rows}
