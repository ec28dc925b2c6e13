"""Rounds in peace and under attack in turn, and what they mean."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from ... import ROOT
from ...console import Failure
from ...processes import clean_environment
from .probes import Probe, measure, quantile

WORKLOADS = ("peace", "attack")
# An attack has begun in full, and answers have settled.
SETTLE_SECONDS = 3.0
P95_RATIO_MAX = 2.0
HEALTH_CHECK_MS_MAX = 100.0
_END_SECONDS = 20

# Of subject, n, workload, metric, value and unit.
Row = dict[str, Any]


@dataclass
class Attackers:
    bodies: int = 8
    guessers: int = 16
    heads: int = 1500
    # What all attacks together did.
    done: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def attacking(self, port: int) -> Iterator[None]:
        """The attackers attack while the block runs."""
        command = [sys.executable, "-m", f"{__package__}.attackers", f"--port={port}"]
        command += [f"--{name}={getattr(self, name)}" for name in ("bodies", "guessers", "heads")]
        env = {**clean_environment(), "PYTHONPATH": str(ROOT / "scripts" / "lib")}
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        try:
            time.sleep(SETTLE_SECONDS)
            yield
            output, _ = process.communicate("", timeout=_END_SECONDS)
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            raise Failure(f"the attackers failed ({process.returncode})")
        self.done.update(json.loads(output))


def measure_rounds(port: int, rounds: int, seconds: float, attackers: Attackers) -> list[Row]:
    """Rows of medians over the rounds; of the health check the slowest answer of all rounds."""
    # Environments and threads start before the first round.
    measure(port, min(seconds, 3.0))
    measured: dict[str, list[dict[str, Probe]]] = {workload: [] for workload in WORKLOADS}
    for _ in range(rounds):
        measured["peace"].append(measure(port, seconds))
        with attackers.attacking(port):
            measured["attack"].append(measure(port, seconds))
    rows = [row for workload in WORKLOADS for row in _rows(workload, measured[workload])]
    return rows + _ratios(rows)


def _rows(workload: str, rounds: list[dict[str, Probe]]) -> list[Row]:
    rows = []
    for name in rounds[0]:
        probes = [each[name] for each in rounds]
        values = {
            "p50": median(quantile(probe.latencies_ms, 0.5) for probe in probes),
            "p95": median(quantile(probe.latencies_ms, 0.95) for probe in probes),
            "max": max(max(probe.latencies_ms) for probe in probes),
        }
        n = sum(len(probe.latencies_ms) for probe in probes)
        rows += [_row(name, n, workload, metric, value, "ms") for metric, value in values.items()]
        rows.append(_row(name, n, workload, "wrong", sum(probe.wrong for probe in probes), "answers"))
    return rows


def _ratios(rows: list[Row]) -> list[Row]:
    ratios = []
    for under in rows:
        if under["workload"] == "attack" and under["metric"] == "p95":
            before = find(rows, under["subject"], "peace", "p95")
            ratio = under["value"] / before
            ratios.append(_row(under["subject"], under["n"], "attack to peace", "p95", ratio, "ratio"))
    return ratios


def find(rows: list[Row], subject: str, workload: str, metric: str) -> float:
    wanted = (subject, workload, metric)
    value: float
    (value,) = [row["value"] for row in rows if (row["subject"], row["workload"], row["metric"]) == wanted]
    return value


def missed(rows: list[Row]) -> list[str]:
    """The goals that the rows miss, a sentence each."""
    said = []
    for subject in ("allocation", "app"):
        ratio = find(rows, subject, "attack to peace", "p95")
        if ratio > P95_RATIO_MAX:
            said.append(f"{subject}: the attack makes the p95 {ratio:.1f} times as long")
    slowest = find(rows, "healthz", "attack", "max")
    if slowest > HEALTH_CHECK_MS_MAX:
        said.append(f"healthz: one answer took {slowest:.0f} ms, more than {HEALTH_CHECK_MS_MAX:.0f}")
    for row in rows:
        if row["metric"] == "wrong" and row["value"]:
            wrong = f"{row['value']} of {row['n']} answers in {row['workload']} were no 200"
            said.append(f"{row['subject']}: {wrong}")
    return said


def _row(subject: str, n: int, workload: str, metric: str, value: float, unit: str) -> Row:
    return {"subject": subject, "n": n, "workload": workload, "metric": metric, "value": value, "unit": unit}
