"""`scripts/bench` as a person meets it. Its figures are neither right nor wrong, so no measure is run."""

import subprocess

import pytest

from lockfill import ROOT


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "bench"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_is_for_a_stranger() -> None:
    outcome = bench("--help")
    assert outcome.returncode == 0
    measures = ("load", "frozen-redis", "killed-redis", "cold-start", "frozen-environment", "publish")
    for word in (*measures, "--json", "127.0.0.1"):
        assert word in outcome.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--seconds", "0"], ["--seconds", "301"], ["--clients", "many"], ["--only", "all"]],
    ids=" ".join,
)
def test_what_has_no_bounds_is_refused(arguments: list[str]) -> None:
    assert bench(*arguments).returncode == 2
