"""What the command lines of all scripts share: errors of one line, and checked numbers."""

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from .console import complain


class CommandLine(argparse.ArgumentParser):
    """A parser that keeps the lines of its help as they are written.

    An error is one line on standard error, with exit code 2.
    """

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        complain(f"{self.prog}: {message} ({self.prog} --help explains the options)")
        sys.exit(2)


def whole_number(smallest: int, largest: int | None = None) -> Callable[[str], int]:
    """A parser of ASCII digits, for `type` of an argument."""

    def parse(text: str) -> int:
        is_whole = text.isascii() and text.isdigit()
        if not is_whole or int(text) < smallest or (largest is not None and int(text) > largest):
            raise _refused("a whole number", text, smallest, largest)
        return int(text)

    return parse


def number(smallest: float, largest: float) -> Callable[[str], float]:
    """A parser of decimal numbers, for `type` of an argument."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        # It is false for NaN.
        if not smallest <= value <= largest:
            raise _refused("a number", text, smallest, largest)
        return value

    return parse


port = whole_number(1, 65_535)


def _refused(kind: str, text: str, smallest: float, largest: float | None) -> argparse.ArgumentTypeError:
    end = "" if largest is None else f" to {largest:,.15g}"
    return argparse.ArgumentTypeError(f"must be {kind} from {smallest:,.15g}{end}, not {text!r}")
