"""The command `balancer` of `scripts/bench`."""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ... import LOCAL
from ...command_line import whole_number
from ...console import say, step
from ..report import Figures, machine, show
from .balancers import Balancers
from .latency import latency
from .memory import memory
from .throughput import throughput

NAME = "balancer"
HELP = """\
Measures local-alb in front of an HTTP target, and nginx in its place.

Each program has a processor to itself as far as there are enough: the balancers share one and take turns on
it, the target has one, the load generator has one. All have one worker, keep their connections to the target,
and write a line for each request. nginx is measured twice: as a person would configure it, and with the
routing that `local-alb export nginx` writes.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=whole_number(1, 60), default=5, help="of each run (default 5)")
    parser.add_argument(
        "--rounds", type=whole_number(1, 50), default=5, help="of which the medians are shown (default 5)"
    )
    parser.add_argument(
        "--requests",
        type=whole_number(1, 1_000_000_000),
        default=500_000,
        help="through which memory is watched (default 500000; 8 hours of a busy service are ten million)",
    )


def run(seconds: int, rounds: int, requests: int) -> Figures:
    """Takes all measures, prints them, and gives them by name."""
    report = {"machine": machine(), **_measure(seconds, rounds, requests)}
    say()
    for name, figures in report.items():
        show(name, figures)
    return report


def _measure(seconds: int, rounds: int, requests: int) -> Figures:
    with _running(seconds) as balancers:
        with step("measuring throughput"):
            rates = throughput(balancers, rounds)
        half = int(rates["requests_per_second"]["local_alb"] / 2)
        with step(f"measuring latency at {half} requests a second"):
            latencies = latency(balancers, half, rounds)
        with step(f"measuring memory over {requests} requests"):
            resident = memory(balancers, requests)
    return {"throughput": rates, "latency_at_half_load": latencies, "memory": resident}


@contextmanager
def _running(seconds: int) -> Iterator[Balancers]:
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-balancer-", dir=LOCAL))
    balancers = Balancers(folder, seconds)
    try:
        balancers.start()
        yield balancers
    finally:
        balancers.stop()
        shutil.rmtree(folder, ignore_errors=True)
