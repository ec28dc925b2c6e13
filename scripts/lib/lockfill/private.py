"""Files and folders that no other user of the machine can read: logs, databases, secrets."""

import os
from pathlib import Path
from typing import IO

FOLDER_MODE = 0o700
FILE_MODE = 0o600
# What child processes take from the mode of each file that they make.
UMASK = 0o077


def made(folder: Path) -> Path:
    """The folder, made if it is missing. One of an earlier run loses the modes of that run."""
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    folder.chmod(FOLDER_MODE)
    return folder


def emptied(file: Path) -> IO[bytes]:
    """The file, open for writing and empty. It is private before it holds a byte."""
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    os.fchmod(opened, FILE_MODE)
    return os.fdopen(opened, "wb")
