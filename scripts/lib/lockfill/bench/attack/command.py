"""The command line of `scripts/bench attack`."""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from ... import LOCAL, ROOT
from ...build import PROGRAMS, build
from ...command_line import whole_number
from ...console import Failure, say, step
from ...stack import Stack
from .rounds import Attackers, Row, measure_rounds, missed

NAME = "attack"
PROFILE = "bench-stack"
REDIS_DEADLINE_MS = 10
FILE = ROOT / "target" / "bench" / "attack.json"
HELP = """\
Measures what attackers cost all other clients: eight bodies and 1,500 heads that come byte by byte, one a
second, and 16 guessers of passwords at the admin's login, all at once. The whole stack runs as scripts/dev
starts it, optimized. Rounds in peace and under attack take turns; a figure is the median over the rounds.
Fails if the p95 of allocations or of the app's API more than doubles, if an answer of /healthz takes more
than 100 ms, or if an answer is wrong.

The attackers and the clients share the machine's processors with what is measured: run it on an idle machine.
The rows are written to target/bench/attack.json, too.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=whole_number(1, 300), default=10, help="of each round (default 10)")
    parser.add_argument("--rounds", type=whole_number(1, 100), default=5, help="of each kind (default 5)")
    parser.add_argument(
        "--profile", default=PROFILE, help="Cargo's name for how the programs are built (default bench-stack)"
    )


def run(seconds: int, rounds: int, profile: str) -> list[Row]:
    """Prints the rows and writes them to a file. Raises Failure if a goal is missed."""
    build(profile, PROGRAMS)
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=LOCAL))
    stack = Stack(folder, redis_deadline_ms=REDIS_DEADLINE_MS, profile=profile)
    attackers = Attackers()
    try:
        stack.start()
        with step("measuring rounds in peace and under attack"):
            rows = measure_rounds(stack.port, rounds, seconds, attackers)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    show(rows, attackers)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(rows, indent=2) + "\n")
    if goals := missed(rows):
        raise Failure("; ".join(goals))
    return rows


def show(rows: list[Row], attackers: Attackers) -> None:
    for row in rows:
        name = f"{row['subject']} {row['workload']} {row['metric']}"
        say(f"  {name:<36} {row['value']:>10,.1f} {row['unit']:<8} n={row['n']}")
    say("  the attackers: " + ", ".join(f"{name}={count}" for name, count in sorted(attackers.done.items())))
