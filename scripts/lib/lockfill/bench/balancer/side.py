"""One of the compared balancers, and its process statistics from /proc."""

from dataclasses import dataclass
from pathlib import Path

from ...processes import Child


@dataclass
class Side:
    """A running balancer."""

    child: Child
    port: int

    def cpu_us(self) -> int:
        """How much processor time the balancer and its workers have had so far."""
        used_ns = 0
        for pid in self._pids():
            # In nanoseconds, for each thread; `stat` would be in steps of 10 ms.
            for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                used_ns += int(thread.read_text().split()[0])
        return used_ns // 1000

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.child.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def _pids(self) -> list[int]:
        own = self.child.process.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return [own, *map(int, children)]
