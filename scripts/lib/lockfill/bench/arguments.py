"""Numbers of the command line."""

import argparse
from collections.abc import Callable


def whole_number(smallest: int, largest: int) -> Callable[[str], int]:
    """A parser for argparse."""

    def parse(text: str) -> int:
        if not text.isdigit() or not smallest <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"must be a number from {smallest} to {largest}")
        return int(text)

    return parse
