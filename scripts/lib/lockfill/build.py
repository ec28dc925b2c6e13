"""Builds the Rust programs, in the profile that development and tests share unless another one is named."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from . import LOGS, ROOT
from .console import Failure, say, step
from .processes import clean_environment, run, run_shown

FUNCTIONS = ("ads", "contents", "lockscreen", "events")
# The compiler of catalogs is invoked by Django, and what rolls events up by a schedule: by no client.
PROGRAMS = (*FUNCTIONS, "catalog", "pacing", "local-alb", "local-dynamodb", "catalog-cli", "ledger-cli")
LOAD_GENERATOR = "load-generator"
# What benchmarks compare the functions with.
BENCH_FUNCTIONS = ("empty", "floor")
# The package of a program that has not the program's name.
_PACKAGES = dict.fromkeys(BENCH_FUNCTIONS, "lockfill-bench-functions")


def target_folder(profile: str = "dev") -> Path:
    """The folder in which cargo puts programs. The folder of the profile `dev` is named `debug`."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute()
    return target / ("debug" if profile == "dev" else profile)


def build(profile: str = "dev", programs: Sequence[str] = PROGRAMS) -> Path:
    """Builds programs, all of them unless some are named. Returns the folder that they are in."""
    folder = target_folder(profile)
    if not folder.exists():
        say("  The first build takes about five minutes on two cores; later ones take seconds.")
    command = ["cargo", "build", "--locked", "--profile", profile, *selection(profile, programs)]
    if sys.stderr.isatty():
        # cargo shows its own progress on a terminal.
        if run_shown(command, os.environ, ROOT) != 0:
            raise Failure("cargo build failed; see above.")
    else:
        with step("building the Rust programs"):
            run("cargo build", command, LOGS / "build.log", clean_environment(), cwd=ROOT)
    return folder


def selection(profile: str, programs: Sequence[str]) -> list[str]:
    """How cargo is told what to build.

    Cargo compiles a dependency once for each set of features. In the profile of development, where the size
    of a program does not matter, it is asked for programs of all members and for the examples. It then takes
    the features that the workspace's tests have. Otherwise most crates would be compiled twice.
    """
    if profile == "dev":
        return ["--workspace", "--examples", *(f"--bin={program}" for program in programs)]
    packages = dict.fromkeys(_PACKAGES.get(program, program) for program in programs)
    return [f"--package={package}" for package in packages]
