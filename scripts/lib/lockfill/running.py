"""Statistics of running programs from /proc (Linux alone)."""

import os
from collections import Counter
from pathlib import Path

from .stack import Stack


def descendants(pid: int) -> list[int]:
    """All processes below one."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, todo = [], [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def state(pid: int) -> str:
    """A process's state by the kernel's letter: T is stopped; Z, and none at all, is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return ""


def environments(stack: Stack, function: str) -> list[int]:
    """The running processes of a function."""
    below = descendants(stack.children["local-alb"].process.pid)
    return [pid for pid in below if name(pid) == function]


def name(pid: int) -> str:
    """The file name of a running program; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/exe").resolve().name
    except OSError:
        return ""


def cpu_ms(stack: Stack) -> Counter[str]:
    """How much processor time a stack's programs have used since they started, in milliseconds by name."""
    used: Counter[str] = Counter()
    for child in stack.children.values():
        for pid in (child.process.pid, *descendants(child.process.pid)):
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            ticks = int(fields[11]) + int(fields[12])
            own = child.name if pid == child.process.pid or child.name == "gunicorn" else name(pid)
            used[own] += ticks * 1000 // os.sysconf("SC_CLK_TCK")
    return used
