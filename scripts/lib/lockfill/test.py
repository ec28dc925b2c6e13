"""`scripts/test`: everything that must hold, with one command."""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import LOCAL, ROOT, debian, install, mariadb, monolith
from .build import build
from .console import Failure, complain, say, step
from .processes import Stopped, clean_environment, run, stop_on_signals
from .stack import Stack

LOGS = LOCAL / "test" / "logs"
HELP = """\
Runs all checks and tests of this repository, on this machine, with what it installs into .local/ and target/.
It needs Rust, a C compiler and Python 3.10 or newer. The first run builds everything; on two cores it takes
about ten minutes, later ones take two or three.
"""


@dataclass
class Outcome:
    """Tests of one step."""

    passed: int = 0
    failed: int = 0
    # What a person should know although nothing failed.
    note: str = ""


def formatting() -> Outcome:
    command = ["cargo", "fmt", "--all", "--", "--check"]
    run("cargo fmt", command, LOGS / "formatting.log", clean_environment(), cwd=ROOT)
    return Outcome()


def clippy() -> Outcome:
    command = ["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]
    run("cargo clippy", command, LOGS / "clippy.log", clean_environment(), cwd=ROOT)
    return Outcome()


def python() -> Outcome:
    ruff = install.environment("lint")
    for name, command in (("check", ["check"]), ("format", ["format", "--check"])):
        options = ["-m", "ruff", *command, "--no-cache", "scripts", "tests", "infra"]
        run("ruff", [ruff, *options], LOGS / f"ruff-{name}.log", clean_environment(), cwd=ROOT)
    return Outcome()


def dependencies() -> Outcome:
    if not shutil.which("cargo-deny"):
        return Outcome(note="SKIPPED: cargo-deny is not installed (cargo install --locked cargo-deny)")
    checks = ["bans", "licenses", "sources"]
    command = ["cargo", "deny", "check", "--hide-inclusion-graph", *checks]
    run("cargo deny", command, LOGS / "dependencies.log", clean_environment(), cwd=ROOT)
    return Outcome(note="advisories need the network: cargo deny check advisories")


def template() -> Outcome:
    sam = install.environment("sam").with_name("sam")
    # Neither is used: validating asks nobody. But SAM will not start without a region.
    env = {**clean_environment(), "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    # SAM leaves notes in the home folder; this is a home of its own.
    env["HOME"] = str(LOCAL / "test" / "home")
    Path(env["HOME"]).mkdir(parents=True, exist_ok=True)
    command = [sam, "validate", "--lint", "--template", ROOT / "template.yaml"]
    run("sam validate", command, LOGS / "template.log", env, cwd=ROOT)
    return Outcome()


def rust() -> Outcome:
    env = {**clean_environment(), "LOCKFILL_TEST_REDIS_SERVER": str(install.redis_server())}
    # --no-fail-fast: one run names all that is wrong.
    command = ["cargo", "test", "--locked", "--workspace", "--no-fail-fast"]
    return _counted("cargo test", command, LOGS / "rust.log", env, ROOT)


def django() -> Outcome:
    # The tests are told nothing else, so they make their own database and key.
    command = [monolith.python(), "manage.py", "test", "--parallel", "2"]
    return _counted("manage.py test", command, LOGS / "django.log", _django_environment(), monolith.FOLDER)


def _django_environment() -> dict[str, str]:
    """With what publishing is tested against, and what reads what it publishes."""
    programs = build(programs=("local-dynamodb", "catalog-cli"))
    return {**clean_environment(), "LOCKFILL_TEST_PROGRAMS": str(programs)}


def on_mariadb() -> Outcome:
    """Django's tests once more, on the other kind of database that it may keep its rows in."""
    # Before the server, which would stand idle while programs are built.
    python, env = monolith.python(), _django_environment()
    try:
        with mariadb.server(LOGS) as url:
            env["MONOLITH_DATABASE_URL"] = url
            command: list[str | Path] = [python, "manage.py", "test"]
            return _counted("manage.py test", command, LOGS / "mariadb.log", env, monolith.FOLDER)
    except debian.Unavailable as unavailable:
        return Outcome(note=f"SKIPPED: {unavailable}")


def api() -> Outcome:
    if sys.version_info < (3, 11):
        return Outcome(note="SKIPPED: Schemathesis needs Python 3.11 or newer")
    python = install.environment("contract")
    LOGS.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="api-", dir=LOGS.parent))
    stack = Stack(folder, quiet=True)
    try:
        stack.start()
        schemathesis, fixtures = python.with_name("schemathesis"), ROOT / "tests" / "fixtures"
        service = monolith.FOLDER / "docs" / "app-service.openapi.json"
        asked = [
            _hold_to_openapi(schemathesis, stack.url, folder, "allocation", fixtures / "openapi.json"),
            _hold_to_openapi(schemathesis, stack.url, folder, "app-service", service),
        ]
        note = f"{asked[0]} and {asked[1]} requests were answered as the OpenAPI documents say"
        return Outcome(passed=len(asked), note=note)
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _hold_to_openapi(schemathesis: Path, url: str, folder: Path, name: str, document: Path) -> int:
    """The running API is what a document says, for many requests good and bad; how many."""
    tests = ROOT / "tests" / "api" / name
    env = {**clean_environment(), "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(tests)}
    env |= {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "APP_SERVICE_URL": url}
    # The same seed gives the same requests; without a time limit their number is the same too.
    command = [schemathesis, "--config-file", tests / "schemathesis.toml", "run", f"--url={url}", "--seed=1"]
    command += ["--max-examples=25", "--continue-on-failure", document]
    log = LOGS / f"api-{name}.log"
    # It leaves notes in the folder that it runs in.
    run("schemathesis", command, log, env, cwd=folder)
    generated = re.search(r"^ *(\d+) generated", log.read_text(errors="replace"), re.MULTILINE)
    if not generated:
        raise Failure(f"schemathesis asked nothing. Log: {log}")
    return int(generated[1])


def end_to_end() -> Outcome:
    build()
    env = {**clean_environment(), "PYTHONPATH": str(ROOT / "scripts" / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    # What was installed and built stays shared with `scripts/dev`.
    command = [sys.executable, "-m", "unittest", "discover", "--verbose", "-s", "tests/end-to-end"]
    return _counted("end-to-end tests", command, LOGS / "end-to-end.log", env, ROOT)


def browser() -> Outcome:
    build()
    python = install.environment("browser")
    env = {**clean_environment(), "PYTHONPATH": str(ROOT / "scripts" / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    if screenshots := os.environ.get("LOCKFILL_SCREENSHOTS"):
        env["LOCKFILL_SCREENSHOTS"] = screenshots
    command = [python, "-m", "unittest", "discover", "--verbose", "-s", "tests/browser"]
    log = LOGS / "browser.log"
    outcome = _counted("browser tests", command, log, env, ROOT)
    if "skipped" in log.read_text(errors="replace"):
        outcome.note = "SKIPPED: there is no Chromium to be had here (install chromium and chromium-driver)"
    return outcome


STEPS: dict[str, Callable[[], Outcome]] = {
    "formatting": formatting,
    "clippy": clippy,
    "python": python,
    "dependencies": dependencies,
    "template": template,
    "rust": rust,
    "django": django,
    "mariadb": on_mariadb,
    "api": api,
    "end-to-end": end_to_end,
    "browser": browser,
}


def main() -> int:
    arguments = _arguments()
    if arguments.list:
        say("\n".join(STEPS))
        return 0
    stop_on_signals()
    started = time.monotonic()
    try:
        total, wrong = _run_steps(arguments.only or list(STEPS))
    except Stopped:
        complain("\nStopped; nothing is left running.")
        return 130
    say(f"{len(wrong)} steps failed: {', '.join(wrong)}" if wrong else "Every step passed.")
    say(f"Took {time.monotonic() - started:.0f} s; logs are in {LOGS.relative_to(ROOT)}/")
    say(f"{total.passed} passed, {total.failed} failed")
    return 1 if wrong else 0


def _run_steps(names: list[str]) -> tuple[Outcome, list[str]]:
    total, wrong = Outcome(), []
    for name in names:
        try:
            with step(name):
                outcome = STEPS[name]()
        except Failure as failure:
            complain(str(failure))
            outcome = _count(LOGS / f"{name}.log")
            outcome.failed = max(outcome.failed, 1)
            wrong.append(name)
        if outcome.note:
            say(f"    {outcome.note}")
        total.passed += outcome.passed
        total.failed += outcome.failed
    return total, wrong


def _counted(name: str, command: list[str | Path], log: Path, env: dict[str, str], cwd: Path) -> Outcome:
    run(name, command, log, env, cwd)
    outcome = _count(log)
    if outcome.passed == 0:
        raise Failure(f"{name} ran no test. Log: {log}")
    # Once each, however many tests need what is missing.
    skipped = r"\.\.\. skipped (['\"])(SKIPPED.*)\1$"
    reasons = re.findall(skipped, log.read_text(errors="replace"), re.MULTILINE)
    outcome.note = "\n    ".join(dict.fromkeys(reason for _, reason in reasons))
    return outcome


def _count(log: Path) -> Outcome:
    """The tests that a log speaks of, as cargo and as unittest put it."""
    text = log.read_text(errors="replace") if log.exists() else ""
    outcome = Outcome()
    for passed, failed in re.findall(r"^test result: .*? (\d+) passed; (\d+) failed", text, re.MULTILINE):
        outcome.passed += int(passed)
        outcome.failed += int(failed)
    for ran in re.findall(r"^Ran (\d+) tests? in", text, re.MULTILINE):
        outcome.passed += int(ran)
    # A class that is skipped as a whole ran no test.
    outcome.passed -= len(re.findall(r"^test.* \.\.\. skipped ", text, re.MULTILINE))
    for kinds in re.findall(r"^FAILED \((.*)\)$", text, re.MULTILINE):
        failed = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", kinds))
        outcome.failed += failed
        outcome.passed -= failed
    return outcome


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./scripts/test", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=STEPS, metavar="STEP", help="run these steps alone")
    parser.add_argument("--list", action="store_true", help="name the steps")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
