"""uv, which installs the groups of `pyproject.toml` as `uv.lock` pins them.

uv itself comes from PyPI with pip, in the version and with the hashes of `uv.lock`.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import LOCAL, LOGS, ROOT
from .console import Failure
from .processes import Command, clean_environment, run

LOCK = ROOT / "uv.lock"
FOLDER = LOCAL / "uv"
# Django's processes start often. What Python compiles for them is kept here, and nothing beside the sources.
KEPT_BYTECODE = {"PYTHONPYCACHEPREFIX": str(LOCAL / "python-cache"), "PYTHONDONTWRITEBYTECODE": ""}
# The settings of uv that would change what a locked group is made of.
_INDEX_SETTINGS = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL")


def executable() -> Path:
    """The path of uv. Installs uv where the locked version is not there yet; the caller holds the lock."""
    program = FOLDER / "bin" / "uv"
    requirement = own_requirement(LOCK.read_text())
    stamp = FOLDER / "requirement.txt"
    if stamp.exists() and stamp.read_text() == requirement:
        return program
    shutil.rmtree(FOLDER, ignore_errors=True)
    log, env = LOGS / "uv.log", clean_environment()
    run("python3 -m venv", [sys.executable, "-m", "venv", FOLDER], log, env)
    wanted = FOLDER / "wanted.txt"
    wanted.write_text(requirement)
    command: Command = [
        FOLDER / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    run("pip install uv", [*command, "--require-hashes", "-r", wanted], log, env)
    # Renamed last: a half-made folder has no stamp.
    wanted.replace(stamp)
    return program


def requirements(group: str) -> str:
    """The packages of a group with their hashes, in pip's format, as `uv.lock` pins them."""
    command: Command = [executable(), "export", "--frozen", "--quiet", "--no-header", "--only-group", group]
    exported = subprocess.run(
        command, cwd=ROOT, env=_environment(), check=True, capture_output=True, text=True
    )
    return exported.stdout


def install(group: str, folder: Path, log: Path) -> None:
    """Makes a virtual environment that holds exactly the packages of a group.

    `uv sync` would download from the addresses in the lock. A machine whose pip is directed to a mirror
    reaches that mirror alone, so the group is exported and every hash in it is demanded.
    """
    program, env = executable(), {**_environment(), **mirror()}
    run("uv venv", [program, "venv", "--quiet", "--clear", "--python", sys.executable, folder], log, env)
    wanted = folder / "requirements.txt"
    wanted.write_text(requirements(group))
    command: list[str | Path] = [program, "pip", "sync", "--quiet", "--require-hashes"]
    command += ["--python", folder / "bin" / "python"]
    if group.startswith("monolith"):
        command.append("--compile-bytecode")
        env |= KEPT_BYTECODE
    run("uv pip sync", [*command, wanted], log, env)


def check_lock(log: Path) -> None:
    """Fails where `uv.lock` is not what `pyproject.toml` asks for."""
    env = {name: value for name, value in _environment().items() if name not in _INDEX_SETTINGS}
    run("uv lock --check", [executable(), "lock", "--check"], log, env, cwd=ROOT)


def stamp(group: str) -> str:
    """A digest that changes when the packages of a group, or the Python under them, change."""
    return hashlib.sha256(f"{LOCK.read_text()}\n{group}\n{sys.version}".encode()).hexdigest()


def own_requirement(lock: str) -> str:
    """uv's own entry of the lock as a line of pip's. Read as text: Python 3.10 has no parser for TOML."""
    entry = re.search(
        r'^\[\[package\]\]\nname = "uv"\nversion = "([^"]+)"\n.*?(?=^\[\[package\]\]|\Z)', lock, re.M | re.S
    )
    if not entry:
        raise Failure("uv.lock does not name uv: add the group `uv` to pyproject.toml and lock it.")
    hashes = re.findall(r'hash = "(sha256:[0-9a-f]{64})"', entry[0])
    return " ".join([f"uv=={entry[1]}", *(f"--hash={each}" for each in hashes)]) + "\n"


def _environment() -> dict[str, str]:
    # The Python that runs the scripts is the one that is used; uv would download another one.
    return {**clean_environment(), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


def mirror() -> dict[str, str]:
    """Directs uv to the index that pip is directed to. uv does not read pip's configuration."""
    if any(os.environ.get(name) for name in _INDEX_SETTINGS):
        return {}
    command: Command = [FOLDER / "bin" / "python", "-m", "pip", "config", "list"]
    configured = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    indexes = re.findall(r"^[^=]*\.index-url='([^']+)'$", configured, re.M)
    # pip lists the environment's own settings first, and these win.
    return {"UV_DEFAULT_INDEX": indexes[0]} if indexes else {}
