"""A stack's own `manage`: Django's commands with its database, its stores and its secrets, from any shell."""

import shlex
from pathlib import Path

from . import local_secrets, monolith
from .stack import Stack

_MODE = 0o700


def write(stack: Stack) -> Path:
    """Writes the script into the stack's folder. It holds secrets, so its owner alone can read it."""
    environment = stack.django_environment()
    words = [f"{name}={value}" for name, value in sorted(environment.items())]
    command = [*words, str(monolith.python()), str(monolith.FOLDER / "manage.py")]
    file = stack.folder / "manage"
    local_secrets.write_private(file, f'#!/bin/sh\nexec env {shlex.join(command)} "$@"\n')
    file.chmod(_MODE)
    return file
