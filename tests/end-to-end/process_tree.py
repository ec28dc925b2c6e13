"""Processes as Linux shows them in `/proc`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

IS_AVAILABLE = sys.platform == "linux"
NEEDED = "only Linux shows every process in /proc"

_PROC = Path("/proc")
_ESTABLISHED = "01"


class Process(NamedTuple):
    """One process. Its number alone may belong to another one later."""

    pid: int
    started: str

    @property
    def is_alive(self) -> bool:
        found = _read(self.pid)
        return found is not None and found.process == self and found.state not in "ZX"

    @property
    def is_frozen(self) -> bool:
        found = _read(self.pid)
        return found is not None and found.state == "T"

    @property
    def program(self) -> str:
        """The name of the file that it runs."""
        try:
            # A program that was built anew meanwhile is marked as deleted.
            return Path(os.readlink(_PROC / str(self.pid) / "exe")).name.split(" ")[0]
        except OSError:
            return ""

    @property
    def command_line(self) -> str:
        try:
            return (_PROC / str(self.pid) / "cmdline").read_text(errors="replace")
        except OSError:
            return ""


class _Status(NamedTuple):
    process: Process
    parent: int
    state: str


def descendants(pid: int) -> set[Process]:
    """Every process that one has started, and those that these have started."""
    children: dict[int, list[Process]] = {}
    for status in _all():
        children.setdefault(status.parent, []).append(status.process)
    found: set[Process] = set()
    unseen = [pid]
    while unseen:
        for child in children.get(unseen.pop(), []):
            found.add(child)
            unseen.append(child.pid)
    return found


def has_unread_bytes(port: int) -> bool:
    """Whether bytes have arrived at a port of this machine that its server has not read."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, queues, *_ = line.split()
        unread = int(queues.split(":")[1], 16)
        if state == _ESTABLISHED and int(local.split(":")[1], 16) == port and unread > 0:
            return True
    return False


def _all() -> Iterator[_Status]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            status = _read(int(folder.name))
            if status:
                yield status


def _read(pid: int) -> _Status | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The second field is a name in parentheses and may hold anything, spaces and parentheses too.
    fields = text.rpartition(")")[2].split()
    return _Status(Process(pid, fields[19]), int(fields[1]), fields[0])
