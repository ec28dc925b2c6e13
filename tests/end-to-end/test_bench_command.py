"""`scripts/bench` as a person meets it. Figures are neither right nor wrong, so few measures are run."""

import subprocess

import pytest

from lockfill import ROOT
from lockfill.bench.attack.rounds import Attackers, find, measure_rounds, missed
from lockfill.stack import Stack
from stacks import module_stack

# Guesses of passwords use up what an address may try, so no other test logs in at this stack.
stack = module_stack()


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "bench"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_help_is_for_a_stranger() -> None:
    outcome = bench("--help")
    assert outcome.returncode == 0
    measures = ("load", "frozen-redis", "killed-redis", "cold-start", "frozen-environment", "publish")
    for word in (*measures, "attack", "stack", "cold", "--json", "127.0.0.1"):
        assert word in outcome.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--seconds", "0"],
        ["--seconds", "301"],
        ["--clients", "many"],
        ["--only", "all"],
        ["attack", "--rounds", "0"],
        ["stack", "--sizes", "99"],
        ["cold", "--rounds", "0"],
    ],
    ids=" ".join,
)
def test_what_has_no_bounds_is_refused(arguments: list[str]) -> None:
    assert bench(*arguments).returncode == 2


@pytest.mark.long
def test_the_attack_attacks_while_other_clients_are_measured(stack: Stack) -> None:
    attackers = Attackers(bodies=8, guessers=16, heads=300)
    rows = measure_rounds(stack.port, 1, 3.0, attackers)
    for subject in ("allocation", "app", "healthz"):
        for workload in ("peace", "attack"):
            p50, p95, slowest = (find(rows, subject, workload, metric) for metric in ("p50", "p95", "max"))
            assert 0 < p50 <= p95 <= slowest
            assert find(rows, subject, workload, "wrong") == 0
    assert attackers.done["bodies_begun"] >= 8
    assert attackers.done["heads_begun"] >= 300
    # Each sends several bytes, one a second.
    assert attackers.done["heads_bytes"] >= 2 * 300
    # A wrong password costs the time of a hash, on a machine that others use too.
    assert attackers.done["guesses_403"] + attackers.done["guesses_429"] >= 1


def test_a_goal_that_is_missed_is_named() -> None:
    def rows(ratio: float, slowest: float, wrong: int) -> list[dict[str, object]]:
        figures = [(subject, "attack to peace", "p95", ratio) for subject in ("allocation", "app")]
        figures += [("healthz", "attack", "max", slowest), ("app", "attack", "wrong", wrong)]
        names = ("subject", "workload", "metric", "value")
        return [{**dict(zip(names, each, strict=True)), "n": 100, "unit": ""} for each in figures]

    assert missed(rows(2.0, 100.0, 0)) == []
    assert [each.split(":")[0] for each in missed(rows(2.1, 100.0, 0))] == ["allocation", "app"]
    assert [each.split(":")[0] for each in missed(rows(2.0, 100.1, 0))] == ["healthz"]
    assert [each.split(":")[0] for each in missed(rows(2.0, 100.0, 1))] == ["app"]
