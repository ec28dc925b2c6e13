"""Child processes that end when the process that started them ends."""

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

from . import private
from .console import Failure

# A program and its arguments.
Command = Sequence[str | Path]
# How long a process may take to end after SIGTERM, before SIGKILL ends it.
GRACE_SECONDS = 8.0
LOG_TAIL_LINES = 15
_PR_SET_PDEATHSIG = 1


class Stopped(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived. Not an Exception, so that no handler swallows it."""


def stop_on_signals() -> None:
    """Turns the signals that end a program into `Stopped`, so that `finally` runs."""

    def stop(number: int, _frame: object) -> None:
        # A second signal must not interrupt the cleaning up.
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
        """Raises Failure if the program has ended by itself."""
        if self.process.poll() is not None:
            raise Failure(
                f"{self.name} has ended ({self.process.returncode}).\n{self.tail()}\nLog: {self.log}"
            )

    def wait_until(self, what: str, ready: Callable[[], str | None], seconds: float) -> str:
        """Polls `ready` until it returns a text. Raises Failure when the program ends or time runs out."""
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
        """The word after a marker, in the first line of the log that has the marker."""

        def find() -> str | None:
            for line in self.log.read_text(errors="replace").splitlines(keepends=True):
                if marker in line and line.endswith("\n"):
                    return line.split(marker, 1)[1].split()[0]
            return None

        return self.wait_until("ready", find, seconds)

    def stop(self) -> None:
        """Ends the program and every process of its group: with SIGTERM, then with SIGKILL."""
        _end(self.process)


def start(name: str, command: Command, log: Path, env: Mapping[str, str], cwd: Path | None = None) -> Child:
    """Starts a program in a process group of its own. Its output goes to a log.

    Other users of the machine can read neither the log nor the files that the program makes.
    """
    log.parent.mkdir(parents=True, exist_ok=True, mode=private.FOLDER_MODE)
    with private.emptied(log) as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            umask=private.UMASK,
            preexec_fn=_die_with_parent,
        )
    return Child(name, process, log)


def run(name: str, command: Command, log: Path, env: Mapping[str, str], cwd: Path | None = None) -> str:
    """Runs a program to its end. Returns its output; raises Failure with the end of its log if it fails."""
    child = start(name, command, log, env, cwd)
    try:
        code = child.process.wait()
    finally:
        child.stop()
    if code != 0:
        raise Failure(f"{name} failed ({code}).\n{child.tail()}\nLog: {log}")
    return log.read_text(errors="replace")


def run_shown(command: Command, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Runs a program whose output is this program's own. Its exit code.

    What it started ends with it, also where a signal ends this program first.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    try:
        return process.wait()
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        _signal_group(process, number)
        try:
            process.wait(seconds)
            break
        except subprocess.TimeoutExpired:
            continue
    # Processes that the program started may still run.
    _signal_group(process, signal.SIGKILL)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # No process of the group is left, which is the aim.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
    return "\n".join(f"    {line}" for line in lines)


def clean_environment() -> dict[str, str]:
    """The environment without the variables that configure programs of this project or their clients.

    Each program is given these variables explicitly.
    """
    hidden = ("AWS_", "LOCKFILL_", "MONOLITH_", "DJANGO_", "PYTHONPATH", "GUNICORN_")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


def _die_with_parent() -> None:
    """Runs in the child before the program: Linux sends SIGTERM when the parent is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
