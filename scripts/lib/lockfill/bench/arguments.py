"""Arguments that commands share."""

import argparse
from pathlib import Path

from ..command_line import whole_number
from .results import FOLDER

PROFILES = ("bench-stack", "release", "dev")


def add_turns(parser: argparse.ArgumentParser) -> None:
    """How subjects that answer requests take turns."""
    parser.add_argument(
        "--rounds", type=whole_number(1, 50), default=5, help="turns of each subject (default 5)"
    )
    parser.add_argument(
        "--seconds", type=whole_number(1, 60), default=4, help="how long a turn lasts (default 4)"
    )
    parser.add_argument(
        "--clients", type=whole_number(1, 10), default=2, help="connections, one request each (default 2)"
    )


def add_build_and_output(parser: argparse.ArgumentParser) -> None:
    """How programs are built, and where what was measured goes."""
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        default=PROFILES[0],
        help="Cargo's name for how programs are built (default bench-stack; what is deployed is release, "
        "which takes minutes to link)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=FOLDER,
        metavar="FOLDER",
        help="where the rows, the plot and the table go (default target/bench)",
    )
