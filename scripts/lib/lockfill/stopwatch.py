"""Deadlines of tests on a machine that others use, too.

A deadline says what a program promises, and a program that gets no processor can keep no promise. So a
stopwatch leaves out the time in which programs waited for a processor. Linux measures that time for the whole
machine (https://docs.kernel.org/accounting/psi.html), programs of the test itself included. So a test that
proves that a program leaves processors to others measures with the clock.
"""

import time
from pathlib import Path

_PRESSURE = Path("/proc/pressure/cpu")
# A test that waits for what never comes has to end, however busy the machine is.
_LEFT_OUT_MAX = 0.9


class Stopwatch:
    """Counts seconds from its creation on. All of them where the system does not say that programs waited."""

    def __init__(self, pressure: Path = _PRESSURE) -> None:
        self._pressure = pressure
        self._begun = time.monotonic()
        self._waited = _waited_seconds(pressure)

    def seconds(self) -> float:
        """The seconds since the start, but for those in which a program waited for a processor.

        At least a tenth of all seconds counts.
        """
        elapsed = time.monotonic() - self._begun
        waited = _waited_seconds(self._pressure) - self._waited
        return elapsed - min(max(waited, 0.0), _LEFT_OUT_MAX * elapsed)


def _waited_seconds(pressure: Path) -> float:
    """For how long any program has waited for a processor since the machine was started."""
    try:
        some = pressure.read_text("ascii").splitlines()[0]
        return int(some.rpartition("total=")[2]) / 1_000_000
    except (OSError, IndexError, ValueError):
        return 0.0
