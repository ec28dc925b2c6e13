"""Fixtures of the tests that deploy into a CloudFormation engine."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import address
import built
import pytest
from engine import Engine
from gaps import WHY_REFUSED

from lockfill import ROOT, build, cloudformation_engine, install


@pytest.fixture(scope="session")
def programs() -> Path:
    """The folder of the Rust programs, which are built in development's profile unless they are named."""
    return Path(os.environ.get("LOCKFILL_TEST_PROGRAMS") or build.build())


@pytest.fixture(scope="session")
def first_build(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built.make(programs, tmp_path_factory.mktemp("built") / "first")


@pytest.fixture(scope="session")
def engine(
    programs: Path,
    tmp_path_factory: pytest.TempPathFactory,
    record_testsuite_property: Callable[[str, object], None],
) -> Iterator[Engine]:
    """An engine of its own, empty at first. At the end, what it did not support is noted."""
    install.environment("sam")
    folder = tmp_path_factory.mktemp("engine")
    with cloudformation_engine.running(folder) as url:
        found = Engine(url, folder, programs)
        sources = [ROOT / "template.yaml", *(ROOT / "infra" / "aws").glob("*.yaml")]
        lines = {line.strip() for file in sources for line in file.read_text().splitlines()}
        found.gaps.found |= {
            f"{key}: {why}" for key, why in WHY_REFUSED.items() if any(_has(line, key) for line in lines)
        }
        with address.fixed(lambda: found.balancer_url) as found.address:
            yield found
        for gap in sorted(found.gaps.found):
            record_testsuite_property(f"by the engine: {gap}", "not supported")


def _has(line: str, key: str) -> bool:
    """Whether a line of a template has a key, or is the whole text."""
    return line == key or line.startswith(f"{key}:")
