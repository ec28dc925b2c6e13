"""A short run of `scripts/bench questions`: what it measures, not how much."""

import json
import subprocess
from pathlib import Path

import pytest

from lockfill import ROOT


@pytest.mark.long
def test_the_pages_that_the_function_answers_are_measured_over_sampled_requests(tmp_path: Path) -> None:
    options = ["--profile", "dev", "--line-items", "200", "--rounds", "1", "--output", str(tmp_path)]
    command = [str(ROOT / "scripts" / "bench"), "questions", *options]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    # As many as a forecast takes, of the last day and of the last week.
    assert "samples_of_a_day_and_a_week: [2000, 2000]" in outcome.stdout
    rows = json.loads((tmp_path / "questions.json").read_text())
    value = {(row["workload"], row["metric"]): row["value"] for row in rows}
    for page in ("why not", "preview"):
        for of_rows in ("published", "edited"):
            assert value[f"{page}, {of_rows} rows", "page"] > 0
    assert value["forecast", "cpu_function"] > 0, "the function decides the samples"
    assert "<rect" in (tmp_path / "questions.svg").read_text()
