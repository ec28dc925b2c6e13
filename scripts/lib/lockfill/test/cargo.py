"""Cargo's subcommands as the lock pins them, so that no machine has to compile them."""

from pathlib import Path

from .. import install
from .commands import program


def subcommand(name: str) -> list[str | Path]:
    """How a command line begins that runs a subcommand, such as `deny`.

    By its path: `cargo deny` might find another one, which the machine has for other projects.
    """
    return [program(install.environment("cargo"), f"cargo-{name}"), name]
