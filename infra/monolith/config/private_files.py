"""Keeps the files of this process from the machine's other users."""

import os
from collections.abc import Iterable
from pathlib import Path

_OTHERS = 0o077


def keep_private(files: Iterable[Path]) -> None:
    """Every file that this process makes from now on is private, and so are these if they exist."""
    os.umask(_OTHERS)
    for file in files:
        try:
            mode = file.stat().st_mode
            if mode & _OTHERS:
                file.chmod(mode & ~_OTHERS & 0o7777)
        except FileNotFoundError:
            continue
        except PermissionError:
            # Only the owner may change a mode. Django may still be allowed to use the file.
            continue
