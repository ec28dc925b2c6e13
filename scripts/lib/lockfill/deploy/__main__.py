"""Installs what a deployment needs, and hands over to it.

`scripts/deploy` and `scripts/rollback` run this with Python's standard library alone.
"""

import os
import sys

from .. import ROOT, install
from ..console import Failure, complain
from . import arguments


def main(command: str, words: list[str]) -> int:
    # A mistake on the command line is said before anything is installed.
    arguments.parse(command, words)
    try:
        python = install.environment("sam")
    except Failure as failure:
        complain(str(failure))
        return 1
    env = {**os.environ, "PYTHONPATH": str(ROOT / "scripts" / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.stdout.flush()
    os.execve(python, [str(python), "-m", "lockfill.deploy.command", command, *words], env)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
