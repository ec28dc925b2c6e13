"""How the steps run programs: with a log and a JUnit file under `.local/test`."""

from collections.abc import Mapping
from pathlib import Path

from .. import LOCAL, ROOT
from ..console import Failure
from ..processes import Command, clean_environment, run
from . import junit
from .outcome import Outcome

FOLDER = LOCAL / "test"
LOGS = FOLDER / "logs"


def check(
    name: str, command: Command, log: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> None:
    """Runs a program that has no tests to count. Raises Failure with the log's end if the program fails."""
    run(name, command, LOGS / f"{log}.log", env or clean_environment(), cwd=cwd)


def count(
    name: str, command: Command, file: Path, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> Outcome:
    """Runs tests that write a JUnit file, and counts them. The log has the name of that file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    try:
        check(name, command, file.stem, env, cwd)
    except Failure as failure:
        if not file.exists():
            raise
        outcome = junit.read(file)
        # A program that fails although each of its tests passed has failed all the same.
        outcome.failed = max(outcome.failed, 1)
        outcome.notes.append(str(failure))
        return outcome
    return junit.read(file)


def pytest(
    python: Path, folder: str, step: str, *options: str, variables: Mapping[str, str] | None = None
) -> Outcome:
    """Runs the tests of a folder. The tests import the package of the scripts."""
    env = {**clean_environment(), "PYTHONPATH": str(ROOT / "scripts" / "lib"), **(variables or {})}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    file = junit_file(step)
    command: Command = [python, "-m", "pytest", folder, f"--junit-xml={file}", *options]
    return count(f"pytest {folder}", command, file, env)


def junit_file(step: str) -> Path:
    """The JUnit file of a step."""
    return FOLDER / "junit" / f"{step}.xml"


def program(python: Path, name: str) -> Path:
    """A program that was installed beside a virtual environment's Python."""
    return python.with_name(name)
