"""Processor time and memory of processes, from /proc."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Memory:
    """Megabytes (10^6 bytes) of one process: now, and at most since it started."""

    resident: float
    peak: float


def cpu_us(pids: Sequence[int]) -> dict[int, float]:
    """User and system time of each process since it started, in microseconds; in steps of 10 ms."""
    used = {}
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        used[pid] = (int(fields[11]) + int(fields[12])) * 1e6 / _TICKS_A_SECOND
    return used


def cpu_us_between(before: dict[int, float], after: dict[int, float]) -> float:
    """What the processes of `after` used since `before`; what began in between counts whole."""
    return sum(used - before.get(pid, 0) for pid, used in after.items())


def memory(pid: int) -> Memory:
    """Of a running process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    resident, peak = (int(fields[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))
    return Memory(resident, peak)
