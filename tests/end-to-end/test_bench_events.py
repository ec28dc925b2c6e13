"""Short runs of `scripts/bench events`, `rebuild` and `admin`: what they measure, not how much."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lockfill import ROOT


@pytest.mark.long
def test_the_report_of_an_event_is_measured_beside_an_allocation_and_its_writes_are_counted(
    tmp_path: Path,
) -> None:
    short = ("--workloads", "lambda", "--rounds", "1", "--seconds", "1", "--clients", "1")
    rows, _ = measured(tmp_path, "events", *short)
    value = {(it["workload"], it["subject"], it["n"], it["metric"]): it["value"] for it in rows}
    subjects = {("allocation", 0), ("impression", 1), ("click", 1), *(("batch", n) for n in (1, 10, 100))}
    assert {(it["subject"], it["n"]) for it in rows if it["workload"] == "lambda"} == subjects
    for subject, events in subjects:
        assert value["lambda", subject, events, "cpu"] > 0
        assert value["lambda", subject, events, "p99"] >= value["lambda", subject, events, "p50"] > 0
    # An event is one entry and one write of it; the index by arrival makes it two units of capacity.
    for subject, events in (("impression", 1), ("click", 1), ("batch", 100)):
        of_subject = {it: value["container", subject, events, it] for it in COUNTS}
        assert of_subject == {"ledger_entries": 1, "ledger_writes": 1, "ledger_write_units": 2}
    assert value["container", "repeated", 1, "ledger_entries"] == 0
    assert value["container", "repeated", 1, "ledger_writes"] == 1
    assert value["container", "impression", 1, "redis_scripts"] == 1


@pytest.mark.long
def test_counters_are_held_against_the_ledger_after_a_loss(tmp_path: Path) -> None:
    rows, output = measured(tmp_path, "rebuild", "--events", "200", "1000", "--rounds", "1")
    assert "Goals" in output
    value = {(it["n"], it["metric"]): it["value"] for it in rows}
    for events in (200, 1_000):
        assert 0 < value[events, "seconds"] <= value[events, "longest"]
        assert value[events, "peak"] > 0


@pytest.mark.long
def test_every_page_of_the_admin_is_measured_over_sums_that_are_those_of_the_facts(tmp_path: Path) -> None:
    short = ("--line-items", "200", "--days", "9", "--rounds", "2", "--output", str(tmp_path))
    outcome = subprocess.run(
        [str(ROOT / "scripts" / "bench"), "admin", *short],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    rows = json.loads((tmp_path / "admin.json").read_text())
    value = {(it["workload"], it["metric"]): it["value"] for it in rows}
    for page in ("list of line items", "report by line_item", "report of a campaign in Seoul by line item"):
        assert value[page, "cpu_ms"] > 0 and 0 < value[page, "median_ms"] <= value[page, "slowest_ms"]
    assert "<rect" in (tmp_path / "admin.svg").read_text()


COUNTS = ("ledger_entries", "ledger_writes", "ledger_write_units")


def measured(folder: Path, command: str, *options: str) -> tuple[list[dict[str, Any]], str]:
    """Runs a command of the bench in its quick form; the rows that it wrote, and what it printed."""
    quick = [command, "--profile", "dev", *options, "--output", str(folder)]
    outcome = subprocess.run(
        [str(ROOT / "scripts" / "bench"), *quick], capture_output=True, text=True, check=False, timeout=600
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "<polyline" in (folder / f"{command}.svg").read_text()
    rows: list[dict[str, Any]] = json.loads((folder / f"{command}.json").read_text())
    assert all(set(row) == {"subject", "n", "workload", "metric", "value", "unit"} for row in rows)
    return rows, outcome.stdout
