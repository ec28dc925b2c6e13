"""What `scripts/bench` measures. Each measure is bounded in time and in the number of its requests."""

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from typing import Any

from . import web
from .console import Failure
from .processes import clean_environment, run
from .running import cpu_ms, environments, state
from .stack import Stack

LOAD_GENERATOR = "load-generator"
FUNCTION = "lockscreen"
DEGRADED = "x-lockfill-degraded"
TARGET = f"/api/v1/allocation/{FUNCTION}?unit_id=1001&country=KR&user_id=bench-{{user}}"

WARM_UP_SECONDS = 3
COLD_STARTS = 20

# A stack, for how many seconds and with how many clients; figures by name, some of them in groups.
Measures = Callable[[Stack, int, int], dict[str, Any]]


def load(stack: Stack, seconds: int, clients: int) -> dict[str, Any]:
    """As many requests as go. Processor times are the kernel's, in steps of 10 ms."""
    generate(stack, WARM_UP_SECONDS, clients)
    before, own_before = cpu_ms(stack), _children_cpu_ms()
    report = generate(stack, seconds, clients)
    used, own = cpu_ms(stack) - before, _children_cpu_ms() - own_before
    answers = report["answers"]
    used[LOAD_GENERATOR] = round(own)
    return {
        "clients": clients,
        "requests": answers,
        "requests_per_second": answers / report["seconds"],
        **latencies(report),
        "errors": report["errors"],
        "marked_answers": marked(report),
        "environments": len(environments(stack, FUNCTION)),
        "cpu_ms_per_request": {name: ms / answers for name, ms in sorted(used.items())},
    }


def cold_start(stack: Stack, _seconds: int, _clients: int) -> dict[str, Any]:
    """Kills all environments of a function and asks. The store's programs stay warm."""
    took, bad = [], 0
    for number in range(COLD_STARTS):
        end_environments(stack)
        started = time.monotonic()
        answer = web.get(stack.url + TARGET.replace("{user}", f"cold-{number}"))
        took.append((time.monotonic() - started) * 1000)
        bad += answer.status != 200 or answer.headers[DEGRADED] is not None
    took.sort()
    return {
        "starts": COLD_STARTS,
        "min_ms": took[0],
        "p50_ms": took[len(took) // 2 - 1],
        "max_ms": took[-1],
        "errors_or_marked": bad,
    }


def generate(
    stack: Stack, seconds: int, clients: int, *options: str, port: int = 0, target: str = TARGET
) -> dict[str, Any]:
    """What the load generator reports; it asks the balancer unless told a port."""
    command = [stack.programs / LOAD_GENERATOR, "--port", str(port or stack.port), "--target", target]
    command += ["--seconds", str(seconds), "--clients", str(clients), "--count-header", DEGRADED, *options]
    return json.loads(run(LOAD_GENERATOR, command, stack.logs / f"{LOAD_GENERATOR}.log", clean_environment()))


def latencies(report: dict[str, Any]) -> dict[str, float]:
    """Of all answers."""
    return {f"{name}_ms": report[f"{name}_us"] / 1000 for name in ("p50", "p90", "p99", "max")}


def marked(report: dict[str, Any]) -> int:
    """How many answers said that something was degraded."""
    return sum(count for mark, count in report["marks"].items() if mark)


def end_environments(stack: Stack) -> None:
    """Kills all environments of the measured function."""
    pids = environments(stack, FUNCTION)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while any(state(pid) not in ("", "Z") for pid in pids):
        if time.monotonic() > deadline:
            raise Failure("environments do not end")
        time.sleep(0.005)
    # The balancer has to notice, too; a request that comes before would find an environment that is gone.
    time.sleep(0.05)


def _children_cpu_ms() -> float:
    """Of programs that have ended; while load lasts, that is the load generator alone."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000
