"""`scripts/bench`: how fast Lockfill is on this machine, and how it behaves when Redis does not answer."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import LOCAL, balancer_bench
from .build import PROGRAMS, build
from .console import Failure, complain, say, step
from .django_measure import django_allocations
from .fault_measures import frozen_environment, frozen_redis, killed_redis
from .measures import LOAD_GENERATOR, Measures, cold_start, load
from .processes import Stopped, stop_on_signals
from .publish_measure import publish
from .stack import Stack

PROFILE = "bench-stack"
# The product's own.
REDIS_DEADLINE_MS = 10
BALANCER = "balancer"
MEASURES: dict[str, Measures] = {
    "load": load,
    "frozen-redis": frozen_redis,
    "killed-redis": killed_redis,
    "cold-start": cold_start,
    "frozen-environment": frozen_environment,
    # Last: they leave catalogs of other sizes.
    "django": django_allocations,
    "publish": publish,
}

HELP = """\
Measures Lockfill on this machine: the whole stack as scripts/dev starts it, on 127.0.0.1, but optimized and
with the product's 10 ms for Redis. What it prints holds for this machine at this moment: the load generator,
the balancer and the stores share its processors with what is measured.

  load          as many requests as go for 30 s: rate, latencies, processor time of each program
  frozen-redis  50 requests a second while Redis takes connections and never answers (SIGSTOP) for 10 s:
                latencies, how many answers say so, and how long after SIGCONT they still do
  killed-redis  the same with a Redis that is gone, and comes back empty
  cold-start    from a request for which no environment runs to its answer, 20 times
  frozen-environment
                the first answer of an environment that slept for 60 s while a catalog was published
  django        allocations in Django and in a function, with 100, 1,000 and 10,000 line items more:
                processor time of a request; twelve times as long as the load
  publish       100,000 line items imported into Django and published: seconds, memory, and when a
                function serves them; some minutes of their own

./scripts/bench balancer measures local-alb in front of an HTTP target, and nginx in its place: throughput,
what each adds to latency, and memory over many requests. (Its --help says how.)

Environments are frozen between requests, as on Lambda. The first run builds for some minutes; then it takes
about three minutes. It needs what scripts/dev needs, and Linux.
"""


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    try:
        if arguments.command == BALANCER:
            report = _measure_balancer(arguments)
        else:
            report = _measure(arguments.only or list(MEASURES), arguments)
    except Failure as failure:
        complain(f"scripts/bench: {failure}")
        return 1
    except Stopped as stopped:
        complain("\nStopped; nothing is left running.")
        return 128 + int(stopped.args[0])
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


def _measure(names: list[str], arguments: argparse.Namespace) -> dict[str, Any]:
    # All at once, so that they share what they are made of.
    build(PROFILE, (*PROGRAMS, LOAD_GENERATOR))
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=LOCAL))
    stack = Stack(folder, redis_deadline_ms=REDIS_DEADLINE_MS, profile=PROFILE)
    report: dict[str, Any] = {"machine": _machine()}
    try:
        stack.start()
        for name in names:
            with step(f"measuring {name}"):
                report[name] = MEASURES[name](stack, arguments.seconds, arguments.clients)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    say()
    for name in names:
        _show(name, report[name])
    return report


def _measure_balancer(arguments: argparse.Namespace) -> dict[str, Any]:
    machine = _machine()
    figures = balancer_bench.measure(arguments)
    say()
    for name, of in {"machine": machine, **figures}.items():
        _show(name, of)
    return {"machine": machine, **figures}


def _machine() -> dict[str, Any]:
    load_average = round(os.getloadavg()[0], 2)
    return {"system": platform.platform(), "processors": os.cpu_count(), "load_average_before": load_average}


def _show(name: str, figures: dict[str, Any], indent: int = 2) -> None:
    say(f"{' ' * (indent - 2)}{name}")
    for key, value in figures.items():
        if isinstance(value, dict):
            _show(key, value, indent + 2)
        else:
            shown = f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
            shown = f"{shown:,}" if isinstance(shown, int) else shown
            say(f"{' ' * indent}{key:<{44 - indent}} {shown:>12}")


def _number(smallest: int, largest: int) -> Any:
    def parse(text: str) -> int:
        if not text.isdigit() or not smallest <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"must be a number from {smallest} to {largest}")
        return int(text)

    return parse


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./scripts/bench", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", metavar="")
    balancer = commands.add_parser(
        BALANCER, description=balancer_bench.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    balancer_bench.add_arguments(balancer, _number)
    parser.add_argument("--only", nargs="+", choices=MEASURES, metavar="MEASURE", help="measure these alone")
    parser.add_argument(
        "--seconds",
        type=_number(1, 300),
        default=30,
        help="how long the load lasts (default 30)",
    )
    parser.add_argument("--clients", type=_number(1, 256), default=8, help="clients of the load (default 8)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file, too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
