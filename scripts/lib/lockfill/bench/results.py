"""Rows of figures as `scripts/bench` writes them, the machine that they were taken on, and goals."""

import json
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import ROOT
from ..console import say
from .report import Figures, machine

FOLDER = ROOT / "target" / "bench"

Row = dict[str, Any]


def row(subject: str, n: int, workload: str, metric: str, value: float, unit: str) -> Row:
    """One figure; `n` counts line items."""
    return {
        "subject": subject,
        "n": n,
        "workload": workload,
        "metric": metric,
        "value": round(value, 4),
        "unit": unit,
    }


def find(rows: Sequence[Row], subject: str, n: int, workload: str, metric: str) -> float | None:
    """The value of a row; None where it was not measured."""
    wanted = {"subject": subject, "n": n, "workload": workload, "metric": metric}
    return next((float(row["value"]) for row in rows if wanted.items() <= row.items()), None)


def publish(
    folder: Path, name: str, lines: Sequence[str], of_machine: Figures, rows: Sequence[Row], svg: str
) -> None:
    """Prints a table and the machine; writes NAME.json, NAME.svg and NAME.md into the folder."""
    text = "\n".join([*lines, "", *(f"{key}: {value}" for key, value in of_machine.items())])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
    (folder / f"{name}.svg").write_text(svg)
    page = f"# `./scripts/bench {name}`\n\n![The plot of {name}]({name}.svg)\n\n```text\n{text}\n```\n"
    (folder / f"{name}.md").write_text(page)
    say(f"\n{text}\n\nRows, plot and this table: {name}.json, {name}.svg and {name}.md in {folder}")


def goal(text: str, value: float | None, unit: str, limit: float, *, at_least: bool = False) -> str:
    """A line that says whether a goal was met. A figure that was not measured meets nothing."""
    if value is None:
        return f"  not measured  {text}"
    is_met = value >= limit if at_least else value <= limit
    sign = ">=" if at_least else "<="
    return f"  {'met' if is_met else 'NOT MET':<12}  {text}: {value:,.2f}{unit} (goal {sign} {limit:g}{unit})"


def machine_and_versions(profile: str) -> Figures:
    """What the figures were taken on and with."""
    return {
        **machine(),
        "processor": _processor(),
        "rustc": _first_line("rustc", "--version"),
        "python": platform.python_version(),
        "commit": _first_line("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"),
        "cargo_profile": profile,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _first_line(*command: str) -> str:
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""
    return output.strip().partition("\n")[0]
