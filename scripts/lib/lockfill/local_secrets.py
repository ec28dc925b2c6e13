"""Secrets of this machine: made once, kept in files that only their owner can read, never printed."""

import secrets
from pathlib import Path

from . import LOCAL, private
from .install import locked

_FOLDER = LOCAL / "secrets"


def path(name: str) -> Path:
    return _FOLDER / name


def read(name: str) -> str:
    """The secret of that name: 64 hexadecimal digits."""
    with locked():
        private.made(_FOLDER)
        if not path(name).exists():
            write_private(path(name), secrets.token_hex(32))
    return path(name).read_text()


def all_of_them() -> list[str]:
    """Every secret of this machine, for tests that look for them where they must not be."""
    return [file.read_text() for file in _FOLDER.glob("*")]


def write_private(file: Path, text: str) -> None:
    """Writes a file that no other user of the machine can read, not even while it is being written."""
    with private.emptied(file) as opened:
        opened.write(text.encode())
