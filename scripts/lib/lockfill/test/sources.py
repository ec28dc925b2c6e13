"""The steps that read sources and run no tests: formatting, Python, dependencies, the AWS template."""

import os
from pathlib import Path

from .. import ROOT, install, monolith, uv
from ..processes import Command, clean_environment
from . import cargo
from .commands import FOLDER, LOGS, check, program
from .outcome import Outcome, skipped

# The folders that ruff reads.
PYTHON_FOLDERS = ("scripts", "tests", "infra")
# The folders whose packages the type checker and the linter of imports read.
PACKAGE_FOLDERS = (ROOT / "scripts" / "lib", monolith.FOLDER)

# Where the templates' resources must exist: the two regions that infra/aws/README.md prices.
REGIONS = ("us-east-1", "ap-northeast-2")


def formatting() -> Outcome:
    check("cargo fmt", ["cargo", "fmt", "--all", "--", "--check"], "formatting")
    return Outcome()


def python() -> Outcome:
    """The linter, the type checker, the directions of imports, and whether the lock is up to date."""
    uv.check_lock(LOGS / "uv-lock.log")
    lint = install.environment("lint")
    ruff = program(lint, "ruff")
    check("ruff check", [ruff, "check", "--no-cache", *PYTHON_FOLDERS], "ruff-check")
    check("ruff format", [ruff, "format", "--check", "--no-cache", *PYTHON_FOLDERS], "ruff-format")
    env = {**clean_environment(), "PYTHONPATH": os.pathsep.join(map(str, PACKAGE_FOLDERS))}
    # The type checker asks Django's settings about models; with this they need no secret.
    env["MONOLITH_DEBUG"] = "1"
    packages = [part for package in _packages() for part in ("--package", package)]
    mypy: Command = [program(lint, "mypy"), "--cache-dir", FOLDER / "mypy", *packages]
    check("mypy", mypy, "mypy", env)
    check("lint-imports", [program(lint, "lint-imports"), "--no-cache"], "lint-imports", env)
    return Outcome()


def _packages() -> list[str]:
    """The packages below the package folders: the scripts' own, and Django's apps."""
    found = (file.parent.name for folder in PACKAGE_FOLDERS for file in folder.glob("*/__init__.py"))
    return sorted(found)


def dependencies() -> Outcome:
    """What the crates may depend on, and that each dependency is used."""
    deny = [*cargo.subcommand("deny"), "check", "--hide-inclusion-graph"]
    check("cargo deny", [*deny, "bans", "licenses", "sources"], "cargo-deny")
    check("cargo shear", cargo.subcommand("shear"), "cargo-shear")
    return skipped("known vulnerabilities of the crates; ./scripts/test --only advisories asks the network")


def template() -> Outcome:
    """template.yaml and what is nested in it, as SAM and cfn-lint read them."""
    python = install.environment("sam")
    sam = program(python, "sam")
    # SAM does not start without a region, and validating sends nothing there.
    env = {**clean_environment(), "AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    # SAM writes into the home folder, so it is given one of its own.
    home = FOLDER / "home"
    home.mkdir(parents=True, exist_ok=True)
    env["HOME"] = str(home)
    check("sam validate", [sam, "validate", "--lint", "--template", ROOT / "template.yaml"], "template", env)
    # All rules, also those that inform and that are new. I4010 wants prose for machines in each
    # resource; the templates have comments.
    rules: Command = ["--include-checks", "I", "--include-experimental", "--ignore-checks", "I4010"]
    command = [program(python, "cfn-lint"), *rules, "--regions", *REGIONS, "--", *_templates()]
    check("cfn-lint", command, "cfn-lint", env)
    return Outcome()


def unsafe_settings() -> Outcome:
    """The templates as checkov reads them. What is left open has its reason beside it."""
    checkov = program(install.environment("checkov"), "checkov")
    # checkov writes into the home folder, so it is given one of its own.
    home = FOLDER / "home"
    home.mkdir(parents=True, exist_ok=True)
    command: Command = [checkov, "--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
    command = [*command, "--file", *_templates()]
    check("checkov", command, "checkov", {**clean_environment(), "HOME": str(home)})
    return Outcome()


def _templates() -> list[Path]:
    return [ROOT / "template.yaml", *sorted((ROOT / "infra" / "aws").glob("*.yaml"))]
