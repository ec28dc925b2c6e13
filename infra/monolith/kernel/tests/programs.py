"""Programs that tests start: this repository's own, and Redis."""

import os
import shutil
import sys
import unittest
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[4]
# `scripts/test` builds the programs and says where they are.
PROGRAMS = Path(os.environ.get("LOCKFILL_TEST_PROGRAMS") or REPOSITORY / "target" / "debug")


def require_program(name: str) -> Path:
    """A program of this repository, built. Skips the test, loudly, if it is not there."""
    return _require(PROGRAMS / name, "scripts/test builds it")


def require_redis() -> Path:
    """A Redis server. Skips the test, loudly, if there is none."""
    named = os.environ.get("LOCKFILL_TEST_REDIS_SERVER")
    return _require(Path(named or shutil.which("redis-server") or "redis-server"), "scripts/test installs it")


def _require(program: Path, advice: str) -> Path:
    if not program.exists():
        reason = f"SKIPPED: there is no {program}; {advice}"
        print(reason, file=sys.stderr)
        raise unittest.SkipTest(reason)
    return program
