"""The command `cold` of `scripts/bench`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..command_line import whole_number
from . import plot
from .arguments import add_build_and_output
from .cold_starts import CONTAINER, EMULATOR, LAMBDA, SUBJECTS, measure_starts, measure_swap, published
from .report import Figures
from .results import Row, find, goal, machine_and_versions, publish

NAME = "cold"
SIZES = (0, 10_000, 100_000)
HELP = """\
Measures how long a new environment takes to its first right answer, by how many line items are live, and how
much memory a function takes, most of all while it replaces one version of the catalog by another.

  empty      a function that asks nothing and answers a short document
  lockfill   the function of ads; a right answer has the published version, ten slots, and no mark

  emulator   AWS's runtime interface emulator: from the invocation that starts the process to the answer
  lambda     local-alb: from the request to the answer, and the init phase alone, as it reports it

Subjects and sizes take turns, and medians are shown. target/bench/cold.json and cold.svg have the figures.
With the defaults the command takes about two minutes after the build. A start takes milliseconds, and its
time depends on what the machine did before: medians of 20 starts differ by a fifth from run to run.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=whole_number(0, 200_000),
        default=list(SIZES),
        help="line items; 0 is a catalog with nothing to show (default 0 10000 100000)",
    )
    parser.add_argument(
        "--rounds", type=whole_number(1, 200), default=100, help="starts of each subject (default 100)"
    )
    add_build_and_output(parser)


def run(sizes: Sequence[int], rounds: int, profile: str, output: Path) -> Figures:
    """Measures all sizes, prints a table and the goals, and writes the rows and the plot."""
    machine = machine_and_versions(profile)
    with published(sizes, profile) as catalogs:
        rows = measure_starts(catalogs, rounds)
        largest = max(catalogs, key=lambda it: it.line_items)
        rows += measure_swap(largest.stores, largest.line_items)
    lines = [*_table(rows, sizes), "", *_memory_lines(rows), "", *_goals(rows, sizes)]
    publish(output, NAME, lines, machine, rows, _svg(rows, sizes))
    return {"machine": machine, "rows": rows}


def _table(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    """Milliseconds; in front how many times as long as the empty function."""
    columns = ((EMULATOR, "first_answer"), (LAMBDA, "first_answer"), (LAMBDA, "init"))
    head = "".join(f"{f'{workload} {metric} ms':>28}" for workload, metric in columns)
    lines = [f"{'line items':>10}  {'':<12}{head}"]
    for n in sizes:
        of = {it: [find(rows, it, n, *column) for column in columns] for it in SUBJECTS}
        ratios = [
            f"{ours / empty:,.2f}" if ours and empty else ""
            for ours, empty in zip(of["lockfill"], of["empty"], strict=True)
        ]
        lines.append(f"{n:>10,}  {'x empty':<12}" + "".join(f"{it:>28}" for it in ratios))
        for subject, values in of.items():
            shown = "".join(f"{it:>28,.2f}" if it is not None else f"{'':>28}" for it in values)
            lines.append(f"{n:>10,}  {subject:<12}{shown}")
    return lines


def _memory_lines(rows: list[Row]) -> list[str]:
    return [
        f"{it['n']:>10,}  {it['workload']:<12}{it['metric']:<24}{it['value']:>10,.1f} MB"
        for it in rows
        if it["unit"] == "MB"
    ]


def _goals(rows: list[Row], sizes: Sequence[int]) -> list[str]:
    lines = ["Goals"]
    init = {n: find(rows, "lockfill", n, LAMBDA, "init") for n in (0, 10_000)}
    small, large = init[0], init[10_000]
    if {0, 10_000} <= set(sizes):
        times = large / small if small and large is not None else None
        lines.append(goal("init with 10,000 line items over the empty catalog's", times, "x", 1.5))
    if 100_000 in sizes:
        for workload in (EMULATOR, LAMBDA):
            first = find(rows, "lockfill", 100_000, workload, "first_answer")
            lines.append(goal(f"first right answer with 100,000 line items ({workload})", first, " ms", 150))
        for workload in (CONTAINER, LAMBDA):
            peak = find(rows, "lockfill", 100_000, workload, "peak_of_swap")
            text = f"memory with 100,000 line items, a swap included ({workload})"
            lines.append(goal(text, peak, " MB", 96))
    return lines


def _svg(rows: list[Row], sizes: Sequence[int]) -> str:
    """A size of 0 is drawn at 1, because the axis is logarithmic."""
    series = {}
    for workload in (EMULATOR, LAMBDA):
        for subject in SUBJECTS:
            values = [
                (float(max(n, 1)), find(rows, subject, n, workload, "first_answer")) for n in sorted(sizes)
            ]
            points = [(n, value) for n, value in values if value]
            if points:
                series[f"{subject} ({workload})"] = points
    return plot.lines(
        "First right answer of a new environment", "line items (1: none)", "milliseconds, median", series
    )
