"""`scripts/build-functions`: all functions by one build of cargo, for `sam build` to copy.

`sam build` runs cargo once for each function, one after the other. Most of the build of a released function
is its own link-time optimization, which uses one processor. One cargo that is asked for all functions does as
many at once as there are processors, and `sam build` then finds them built.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import ROOT, build, install
from .command_line import CommandLine
from .console import Failure, complain, say
from .processes import Stopped, clean_environment, run_shown, stop_on_signals

FUNCTIONS = (*build.FUNCTIONS, "catalog", "pacing")
_ARM64 = "aarch64-unknown-linux-gnu"
HELP = """\
Builds all functions as they are deployed, by one build of cargo, and prints their sizes. `sam build` then
copies them.

  ./scripts/build-functions --arm64 && sam build
  ./scripts/build-functions --x86-64 && sam build --parameter-overrides FunctionArchitecture=x86_64
  ./scripts/build-functions --x86-64 --sam       runs sam build, too

cargo-lambda, zig and the SAM command line are installed into .local/.
"""


def main() -> int:
    parser = CommandLine("./scripts/build-functions", description=HELP)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--arm64", action="store_true", help="as the template's default (the default)")
    chosen.add_argument("--x86-64", action="store_true", help="for FunctionArchitecture=x86_64")
    parser.add_argument(
        "--debug", action="store_true", help="without optimization (sam: SAM_BUILD_MODE=debug)"
    )
    parser.add_argument("--sam", action="store_true", help="run `sam build` afterwards")
    arguments = parser.parse_args()
    stop_on_signals()
    try:
        started = time.monotonic()
        build_all(arm64=not arguments.x86_64, debug=arguments.debug)
        say(f"cargo took {time.monotonic() - started:.0f} s")
        folder = build.target_folder("lambda")
        if arguments.sam:
            started = time.monotonic()
            sam_build(arm64=not arguments.x86_64, debug=arguments.debug)
            say(f"sam build took {time.monotonic() - started:.0f} s")
        _print_sizes(folder)
    except Failure as failure:
        complain(f"scripts/build-functions: {failure}")
        return 1
    except Stopped as stopped:
        return 128 + int(stopped.args[0])
    return 0


def build_all(*, arm64: bool, debug: bool = False) -> None:
    """Builds all functions into `target/lambda`, with the options of `sam build`."""
    if arm64:
        _require_target(_ARM64)
    options = [*([] if debug else ["--release"]), *(["--arm64"] if arm64 else [])]
    packages = [part for name in FUNCTIONS for part in ("--package", name)]
    _run("cargo lambda build", ["cargo", "lambda", "build", *options, *packages])


def sam_build(*, arm64: bool, debug: bool = False) -> None:
    """Runs `sam build`, which copies what is built into `.aws-sam/build`."""
    sam = install.environment("sam").with_name("sam")
    chosen = f"FunctionArchitecture={'arm64' if arm64 else 'x86_64'}"
    env = {"AWS_DEFAULT_REGION": "us-east-1", "SAM_CLI_TELEMETRY": "0"}
    if debug:
        env["SAM_BUILD_MODE"] = "debug"
    _run("sam build", [str(sam), "build", "--parameter-overrides", chosen], env)


def _run(name: str, command: list[str], variables: dict[str, str] | None = None) -> None:
    programs = install.environment("cargo-lambda").parent
    env = {**clean_environment(), **(variables or {})}
    env["PATH"] = os.pathsep.join([str(programs), env.get("PATH", "")])
    if run_shown(command, env, ROOT) != 0:
        raise Failure(f"{name} failed; see above.")


def _require_target(target: str) -> None:
    rustup = shutil.which("rustup")
    if not rustup:
        return
    listed = subprocess.run(
        [rustup, "target", "list", "--installed"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and target not in listed.stdout.split():
        raise Failure(f"the Rust target {target} is missing: rustup target add {target}, in this repository.")


def _print_sizes(folder: Path) -> None:
    for name in FUNCTIONS:
        say(f"  {name:<12} {(folder / name / 'bootstrap').stat().st_size / 1e6:6.2f} MB")


if __name__ == "__main__":
    sys.exit(main())
