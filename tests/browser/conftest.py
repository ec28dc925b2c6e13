"""Fixtures of the browser tests."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from browser import PACKAGES, Browser
from images import ImageHost
from lockfill import debian, local_secrets, monolith
from lockfill.stack import Stack
from stacks import running_stack

# Longer than any run of the tests.
NEVER_SECONDS = 86_400.0

# Helpers of the end-to-end tests: what rolls the ledger up before its minute is over.
sys.path.append(str(Path(__file__).resolve().parents[1] / "end-to-end"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Nothing is published but by the button, and budgets are looked at when a test says so: on a slow
    machine both would happen in between.
    """
    folder = tmp_path_factory.mktemp("stack")
    with running_stack(folder, publish_quiet_seconds=0, pacing_seconds=NEVER_SECONDS) as stack:
        yield stack


@pytest.fixture(scope="session")
def packages() -> debian.Packages:
    """Chromium and its driver."""
    try:
        return debian.install(*PACKAGES)
    except debian.Unavailable as error:
        pytest.skip(f"SKIPPED, so that the admin is not tried in a browser: {error}")


@pytest.fixture(scope="session")
def images() -> Iterator[ImageHost]:
    host = ImageHost()
    yield host
    host.close()


@pytest.fixture
def open_browser(
    packages: debian.Packages, stack: Stack, images: ImageHost, tmp_path: Path
) -> Iterator[Callable[[str], Browser]]:
    """Opens browsers whose user reads a language and is logged in; they are closed after the test."""
    with ExitStack() as opened:

        def open_one(language: str) -> Browser:
            profile = tmp_path / f"profile-{language}"
            browser = Browser(packages, stack.url, images.address, profile, language)
            # Closed first: the browser writes to its profile until it ends.
            opened.callback(shutil.rmtree, profile, ignore_errors=True)
            opened.callback(browser.close)
            browser.log_in(monolith.ADMIN_USERNAME, local_secrets.read(monolith.ADMIN_PASSWORD_SECRET))
            return browser

        yield open_one


@pytest.fixture
def browser(open_browser: Callable[[str], Browser]) -> Browser:
    return open_browser("en")
