"""The load generator, and how its reports are read."""

import json
from pathlib import Path
from typing import Any

from ..build import LOAD_GENERATOR
from ..processes import clean_environment, run
from ..stack import Stack

# The function that is measured, unless a measure says otherwise.
FUNCTION = "lockscreen"
DEGRADED = "x-lockfill-degraded"
TARGET = f"/api/v1/allocation/{FUNCTION}?unit_id=1001&country=KR&user_id=bench-{{user}}"

# What the load generator prints: answers, errors, seconds, latencies in microseconds, marks of answers.
Report = dict[str, Any]


def generate(
    stack: Stack, seconds: int, clients: int, *options: str, port: int = 0, target: str = TARGET
) -> Report:
    """Asks the balancer, or what listens at `port`; what the load generator reports. Without a target the
    options say what is asked.
    """
    command: list[str | Path] = [stack.programs / LOAD_GENERATOR]
    command += ["--port", str(port or stack.port)]
    command += ["--target", target] if target else []
    command += ["--seconds", str(seconds), "--clients", str(clients), "--count-header", DEGRADED, *options]
    return read_report(command, stack.logs / f"{LOAD_GENERATOR}.log")


def read_report(command: list[str | Path], log: Path) -> Report:
    """Runs a command that ends in the load generator; its report."""
    report: Report = json.loads(run(LOAD_GENERATOR, command, log, clean_environment()))
    return report


def latencies_ms(report: Report) -> dict[str, float]:
    """Of all answers."""
    return {f"{name}_ms": report[f"{name}_us"] / 1000 for name in ("p50", "p90", "p99", "max")}


def marked(report: Report) -> int:
    """How many answers were marked as made without a store."""
    return sum(count for mark, count in report["marks"].items() if mark)
