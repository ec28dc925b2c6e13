"""Child processes that never outlive us."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .console import Failure

# A program and its arguments.
Command = Sequence[str | Path]
# How long a process may take to end when it is asked to, before it is made to.
GRACE_SECONDS = 8.0
LOG_TAIL_LINES = 15
_PR_SET_PDEATHSIG = 1


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, SIGHUP). Not an Exception: nothing may swallow it."""


def stop_on_signals() -> None:
    """Turns the signals that end a program into `Stopped`, so that `finally` runs."""

    def stop(number: int, _frame: object) -> None:
        # Once is enough: a second signal must not interrupt the cleaning up.
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


@dataclass
class Child:
    """A running program with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        return tail(self.log)

    def check(self) -> None:
        """Fails if the program has ended by itself."""
        if self.process.poll() is not None:
            raise Failure(
                f"{self.name} has ended ({self.process.returncode}).\n{self.tail()}\nLog: {self.log}"
            )

    def wait_until(self, what: str, ready: Callable[[], str | None], seconds: float) -> str:
        """Polls `ready` until it gives something. Fails when the program ends or time runs out."""
        deadline = time.monotonic() + seconds
        while True:
            found = ready()
            if found is not None:
                return found
            self.check()
            if time.monotonic() > deadline:
                raise Failure(
                    f"{self.name} is not {what} after {seconds:.0f} s.\n{self.tail()}\nLog: {self.log}"
                )
            time.sleep(0.02)

    def wait_for_line(self, marker: str, seconds: float = 20.0) -> str:
        """What stands behind the marker in the first line of the log that has it."""

        def find() -> str | None:
            for line in self.log.read_text(errors="replace").splitlines(keepends=True):
                if marker in line and line.endswith("\n"):
                    return line.split(marker, 1)[1].split()[0]
            return None

        return self.wait_until("ready", find, seconds)

    def stop(self) -> None:
        """Asks the program's whole group to end, then makes it."""
        for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
            self._signal(number)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        # What the program itself had started ends with it, or here.
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # A group without any process left is what is wanted.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def start(name: str, command: Command, log: Path, env: Mapping[str, str], cwd: Path | None = None) -> Child:
    """Starts a program in a process group of its own, with its output in a log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    return Child(name, process, log)


def run(name: str, command: Command, log: Path, env: Mapping[str, str], cwd: Path | None = None) -> str:
    """Runs a program to its end and gives its output. Fails with the log's tail if the program does."""
    child = start(name, command, log, env, cwd)
    try:
        code = child.process.wait()
    finally:
        child.stop()
    if code != 0:
        raise Failure(f"{name} failed ({code}).\n{child.tail()}\nLog: {log}")
    return log.read_text(errors="replace")


def tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    return "\n".join(f"    {line}" for line in lines)


def clean_environment() -> dict[str, str]:
    """Our environment without what would change where our programs look: they are told explicitly."""
    hidden = ("AWS_", "LOCKFILL_", "MONOLITH_", "DJANGO_", "PYTHONPATH", "GUNICORN_")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


def _die_with_parent() -> None:
    """Between fork and exec: even if we are killed outright, the child gets a SIGTERM (Linux alone)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
