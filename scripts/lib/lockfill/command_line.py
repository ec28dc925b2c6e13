"""What the command lines of all scripts share: errors of one line, and checked numbers."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from .console import complain, plain

# Printable ASCII, but for the backslash.
_URL = re.compile(r"[!-\[\]-~]+")


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


def server_url(text: str) -> str:
    """The address of a server without a path's end slash, for `type` of an argument."""
    try:
        parts = urlsplit(text)
        # Reading the port checks it.
        is_server = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server or not _URL.fullmatch(text) or "@" in parts.netloc or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"must be http[s]://HOST[:PORT], not {text!r}")
    return text.rstrip("/")


def new_file(text: str) -> Path:
    """A file that can be written, for `type` of an argument: what takes minutes must not fail at its end."""
    file = Path(text)
    if not text or file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"must be a file in a folder that can be written, not {text!r}")
    return file


port = whole_number(1, 65_535)


def _refused(kind: str, text: str, smallest: float, largest: float | None) -> argparse.ArgumentTypeError:
    end = "" if largest is None else f" to {plain(largest)}"
    return argparse.ArgumentTypeError(f"must be {kind} from {plain(smallest)}{end}, not {text!r}")
