"""The command line of `scripts/test`."""

import argparse

from ..command_line import CommandLine
from . import steps

HELP = """\
Runs all checks and tests of this repository, on this machine, with what it installs into .local/ and target/.
It needs Rust, a C compiler and Python 3.10 or newer. The first run builds everything, and takes up to half an
hour on two cores. A step that cannot run here says SKIPPED and why.
"""


def parse() -> argparse.Namespace:
    """Reads the command line; `steps` of the result names the steps to run."""
    parser = CommandLine("./scripts/test", description=HELP)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--only", nargs="+", choices=steps.ALL, metavar="STEP", help="run these steps alone")
    which.add_argument(
        "--full",
        action="store_true",
        help=f"run the long proofs too, which take hours: {', '.join(steps.LONG)}",
    )
    parser.add_argument("--list", action="store_true", help="name the steps, those of --full last")
    arguments = parser.parse_args()
    arguments.steps = arguments.only or list(steps.ALL if arguments.full else steps.DEFAULT)
    return arguments
