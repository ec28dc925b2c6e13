"""Short runs of `scripts/bench stack` and `cold`: what they measure, not how much."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lockfill import ROOT
from lockfill.emulator import IS_SUPPORTED


@pytest.mark.long
def test_what_a_request_costs_is_measured_beside_functions_that_decide_nothing_and_django(
    tmp_path: Path,
) -> None:
    options = ["--profile", "dev", "--sizes", "100", "--rounds", "1", "--seconds", "1", "--clients", "1"]
    rows = measured(tmp_path, "stack", *options)
    subjects = {
        (row["workload"], row["subject"]) for row in rows if row["metric"] == "cpu" and row["value"] > 0
    }
    functions = {("lambda", subject) for subject in ("empty", "floor", "lockfill")}
    assert subjects == functions | {("container", it) for it in ("empty", "floor", "lockfill", "django")}
    assert {
        row["metric"] for row in rows if row["subject"] == "lockfill" and row["workload"] == "lambda"
    } == {*("cpu", "cpu_redis", "cpu_balancer", "rps", "p50", "p99", "resident", "peak", "missed")}


def test_a_new_environment_is_measured_to_its_first_right_answer_and_while_versions_change(
    tmp_path: Path,
) -> None:
    rows = measured(tmp_path, "cold", "--profile", "dev", "--sizes", "0", "200", "--rounds", "1")
    value = {(it["subject"], it["n"], it["workload"], it["metric"]): it["value"] for it in rows}
    for size in (0, 200):
        for subject in ("empty", "lockfill"):
            assert 0 < value[subject, size, "lambda", "init"] < value[subject, size, "lambda", "first_answer"]
            assert not IS_SUPPORTED or value[subject, size, "emulator", "first_answer"] > 0
    for workload in ("container", "lambda"):
        of_swap = (value["lockfill", 200, workload, it] for it in ("resident_before_swap", "peak_of_swap"))
        before, peak = of_swap
        assert 0 < before <= peak


def measured(folder: Path, command: str, *options: str) -> list[dict[str, Any]]:
    """Runs a command of the bench in its quick form; the rows that it wrote. The figures say nothing."""
    arguments = [str(ROOT / "scripts" / "bench"), command, *options, "--output", str(folder)]
    outcome = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=600)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "Goals" in outcome.stdout
    assert "<polyline" in (folder / f"{command}.svg").read_text()
    rows: list[dict[str, Any]] = json.loads((folder / f"{command}.json").read_text())
    assert "Goals" in (folder / f"{command}.md").read_text()
    assert all(set(row) == {"subject", "n", "workload", "metric", "value", "unit"} for row in rows)
    return rows
