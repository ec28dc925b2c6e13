"""Fixtures of all tests that use a running stack: end-to-end, browser, API."""

import signal
import threading
from collections.abc import Iterator

import pytest

# Helpers whose assertions pytest explains as it does those of tests; said before anything imports them.
pytest.register_assert_rewrite("device", "emulator", "publisher")

from lockfill.stack import Stack  # noqa: E402
from stacks import running_stack  # noqa: E402


def pytest_configure() -> None:
    # Under pytest-xdist a worker may not run in the main thread, which alone may handle signals.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _interrupt)


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
