"""cargo with the subcommands that the lock pins, so that no machine has to compile them."""

import os

from .. import install
from ..processes import clean_environment
from .commands import program


def environment(**variables: str) -> dict[str, str]:
    """An environment in which cargo finds nextest, deny, shear and fuzz."""
    folder = program(install.environment("cargo"), "cargo-nextest").parent
    env = clean_environment()
    env["PATH"] = os.pathsep.join([str(folder), env.get("PATH", "")])
    return {**env, **variables}
