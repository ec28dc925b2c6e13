"""The stacks that the tests talk to: the very ones that `scripts/dev` starts, on free ports.

Starting one takes seconds, so tests share them. Each keeps everything in a folder of its own below
`.local/test/end-to-end`; the folders of the last run stay, for whoever wants to read the logs.
"""

import atexit
import os
import shutil
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "lib"))

from lockfill.stack import Stack  # noqa: E402

FOLDERS = ROOT / ".local" / "test" / "end-to-end"

_running: dict[str, Stack] = {}


def shared() -> Stack:
    """For tests that leave a stack as they found it; each of them brings its own users."""
    return _running.get("shared") or _start("shared")


def changeable() -> Stack:
    """For tests that publish catalogs or hold processes still.

    Its functions wait longer for Redis than any test holds it, and less than a Lambda's time limit.
    """
    return _running.get("changeable") or _start("changeable", redis_deadline_ms=2_900)


def new_folder(name: str) -> Path:
    """An empty folder of this process, in the place of those that ended processes have left."""
    FOLDERS.mkdir(parents=True, exist_ok=True)
    for old in FOLDERS.glob(f"{name}-*"):
        if not _is_running(int(old.name.rpartition("-")[2])):
            shutil.rmtree(old, ignore_errors=True)
    folder = FOLDERS / f"{name}-{os.getpid()}"
    folder.mkdir()
    return folder


def _start(name: str, **options: int) -> Stack:
    stack = Stack(new_folder(name), quiet=True, **options)
    # Before it is started: what came up halfway has to be stopped as well.
    _running[name] = stack
    stack.start()
    return stack


def _stop_all() -> None:
    while _running:
        _running.popitem()[1].stop()


def _stop_on_signal(number: int, _frame: object) -> None:
    # Not by an exception: unittest would take it for a failed test and go on with the next.
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    _stop_all()
    os._exit(128 + number)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


atexit.register(_stop_all)
for _number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_number, _stop_on_signal)
