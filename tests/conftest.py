"""Fixtures of all tests that use a running stack: end-to-end, browser, API.

`scripts/test --only end-to-end` runs the tests of a folder, and installs what they need. After that, some of
them run by hand: `.local/venv-test/bin/python -m pytest tests/end-to-end -k hostile`.
"""

import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# Helpers whose assertions pytest explains as it does those of tests; registered before the first import.
pytest.register_assert_rewrite("app_phone", "device", "emulator", "publisher")

from lockfill import LOCAL  # noqa: E402
from lockfill.stack import Stack  # noqa: E402
from stacks import running_stack  # noqa: E402

RUN_FOLDER = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # Each run has a folder of its own. Runs at the same time would share pytest's default one, from which a
    # run that keeps nothing removes all others. A worker of pytest-xdist is told its part of the folder.
    if config.option.basetemp is None:
        (LOCAL / "test").mkdir(parents=True, exist_ok=True)
        config.stash[RUN_FOLDER] = Path(tempfile.mkdtemp(prefix="run-", dir=LOCAL / "test"))
        config.option.basetemp = str(config.stash[RUN_FOLDER])
    # Under pytest-xdist a worker may not run in the main thread, which alone may handle signals.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(RUN_FOLDER, None):
        shutil.rmtree(folder, ignore_errors=True)


def _interrupt(number: int, _frame: object) -> None:
    # Once: a second signal would interrupt the fixtures that are being taken down.
    signal.signal(number, signal.SIG_IGN)
    # As Ctrl-C: pytest takes any other exception for the failure of one test, and goes on with the next.
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack of all tests that break nothing and publish nothing."""
    with running_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack
