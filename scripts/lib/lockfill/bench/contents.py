"""The command `contents` of `scripts/bench`."""

import argparse
from collections.abc import Sequence

from ..command_line import whole_number
from ..console import step
from .index_programs import OURS, PROFILE, median, program, rows_of, svg, table
from .report import Figures
from .results import FOLDER, Row, goal, machine_and_versions, publish

NAME = "contents"
PROGRAM = "lockfill-bench-contents"
SIZES = (1_000, 10_000, 100_000)
SUBJECTS = (OURS, "scan", "dense")
# By name, as tests/bench-engine/src/bin/contents/workloads.rs has them.
WORKLOADS = {
    "broad": "three interests; half of the contents are for the user",
    "narrow": "a language that one content of 200 has",
    "hard-seen": "the user has seen the 512 best contents, as many as a history holds",
    "hard-channel": "one channel owns all contents",
    "hard-ties": "all contents are equal in score",
    "hard-none": "no content is for the country of the request",
    "lockscreen": "contents, and as many line items: three ads of ten slots",
    "lockscreen-ads": "the same, but no content is for the country, so that ads fill the slots",
    "lockscreen-none": "the same, and no line item is either",
}
LOCK_SCREENS = tuple(name for name in WORKLOADS if name.startswith("lockscreen"))
# The most microseconds of a request for contents, by how many there are.
GOALS_US = {10_000: 20, 100_000: 100}
_LISTED = "\n".join(f"  {name:<16} {what}" for name, what in WORKLOADS.items())
HELP = f"""\
Measures how fast contents and lock screens are found, on one thread: ten slots.

  lockfill   the index of the compiled catalog, as functions use it: a whole decision
  scan       the reference, which looks at each item
  dense      all matches by a conjunction of the index's columns, then ranked and placed; contents alone

Workloads:

{_LISTED}

Every subject must find the same slate for each query.
Medians of interleaved runs; target/bench/contents.json and contents.svg have the figures. With the defaults
the command takes about two minutes after the build.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--items",
        nargs="+",
        type=whole_number(100, 1_000_000),
        default=list(SIZES),
        help="contents; of lock screens also line items (default 1000 10000 100000)",
    )
    parser.add_argument(
        "--rounds", type=whole_number(1, 100), default=7, help="turns of each subject (default 7)"
    )
    parser.add_argument(
        "--workloads",
        nargs="+",
        choices=WORKLOADS,
        default=list(WORKLOADS),
        metavar="WORKLOAD",
        help="some of the workloads above (default: all)",
    )


def run_contents(items: Sequence[int], rounds: int, workloads: Sequence[str]) -> Figures:
    """Takes all measures, prints a table and the goals, and writes the rows and the plot."""
    command = program(PROGRAM)
    rows: list[Row] = []
    of_machine = machine_and_versions(PROFILE)
    for n in items:
        for workload in workloads:
            options = ["--items", str(n), "--rounds", str(rounds), "--workloads", workload]
            with step(f"{workload}, {n:,}"):
                rows += rows_of([*command, *options])
    lines = [table(rows, SUBJECTS, "contents"), "", *_goals(rows, items, workloads)]
    publish(FOLDER, NAME, lines, of_machine, rows, _svg(rows))
    return {"machine": of_machine, "rows": rows}


def _goals(rows: Sequence[Row], items: Sequence[int], workloads: Sequence[str]) -> list[str]:
    """Of requests for contents; those of lock screens have none of their own."""
    lines = ["Goals"]
    for n in (n for n in items if n in GOALS_US):
        for workload in (it for it in workloads if it not in LOCK_SCREENS):
            took = median(rows, OURS, n, workload)
            lines.append(goal(f"{workload}, {n:,} contents", took, " us", GOALS_US[n]))
    return lines


def _svg(rows: Sequence[Row]) -> str:
    subjects = [(subject, subject, "broad") for subject in SUBJECTS]
    lines = [*subjects, ("lock screen", OURS, "lockscreen"), ("scan of it", "scan", "lockscreen")]
    return svg(rows, lines, "Ten contents, workload broad; lock screens of ten", "contents")
