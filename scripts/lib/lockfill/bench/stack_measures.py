"""The measures of the whole stack, and a run of them."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from .. import LOCAL
from ..build import LOAD_GENERATOR, PROGRAMS, build
from ..console import say, step
from ..stack import Stack
from .django_allocations import django_allocations
from .environments import cold_start, frozen_environment
from .load import load
from .publish import publish
from .redis_faults import frozen_redis, killed_redis
from .report import Figures, machine, show

# Cargo's name for how the programs are built.
PROFILE = "bench-stack"
# The product's own.
REDIS_DEADLINE_MS = 10
# Each takes a stack, for how many seconds the load lasts, and how many clients make it. Each is bounded in
# time and in the number of its requests.
MEASURES: dict[str, Callable[[Stack, int, int], Figures]] = {
    "load": load,
    "frozen-redis": frozen_redis,
    "killed-redis": killed_redis,
    "cold-start": cold_start,
    "frozen-environment": frozen_environment,
    # Last: they leave catalogs of other sizes.
    "django": django_allocations,
    "publish": publish,
}


def run(names: Sequence[str], seconds: int, clients: int) -> Figures:
    """Takes measures on one stack, prints them, and gives them by name."""
    # In one build, so that the programs share what they are made of.
    build(PROFILE, (*PROGRAMS, LOAD_GENERATOR))
    LOCAL.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=LOCAL))
    stack = Stack(folder, redis_deadline_ms=REDIS_DEADLINE_MS, profile=PROFILE)
    report: Figures = {"machine": machine()}
    try:
        stack.start()
        for name in names:
            with step(f"measuring {name}"):
                report[name] = MEASURES[name](stack, seconds, clients)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
    say()
    for name in names:
        show(name, report[name])
    return report
