"""As many requests as the stack answers."""

import resource

from ..build import LOAD_GENERATOR
from ..running import cpu_ms, environments
from ..stack import Stack
from .generator import FUNCTION, generate, latencies_ms, marked
from .report import Figures

WARM_UP_SECONDS = 3


def load(stack: Stack, seconds: int, clients: int) -> Figures:
    """Rate, latencies and processor times, which are the kernel's, in steps of 10 ms."""
    generate(stack, WARM_UP_SECONDS, clients)
    before, own_before = cpu_ms(stack), _ended_programs_cpu_ms()
    report = generate(stack, seconds, clients)
    used, own = cpu_ms(stack) - before, _ended_programs_cpu_ms() - own_before
    answers = report["answers"]
    used[LOAD_GENERATOR] = round(own)
    return {
        "clients": clients,
        "requests": answers,
        "requests_per_second": answers / report["seconds"],
        **latencies_ms(report),
        "errors": report["errors"],
        "marked_answers": marked(report),
        "environments": len(environments(stack, FUNCTION)),
        "cpu_ms_per_request": {name: ms / answers for name, ms in sorted(used.items())},
    }


def _ended_programs_cpu_ms() -> float:
    """Of programs that were started and have ended; while the load lasts, the load generator alone does."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000
