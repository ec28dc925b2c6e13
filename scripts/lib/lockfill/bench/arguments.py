"""Arguments that commands share."""

import argparse
from collections.abc import Callable
from pathlib import Path

from .results import FOLDER

PROFILES = ("bench-stack", "release", "dev")


def whole_number(smallest: int, largest: int) -> Callable[[str], int]:
    """A parser for argparse."""

    def parse(text: str) -> int:
        if not text.isdigit() or not smallest <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"must be a number from {smallest} to {largest}")
        return int(text)

    return parse


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
