"""A MariaDB server for a test run: in a temporary folder, on a socket in that folder, without root."""

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from . import debian, local_secrets
from .processes import Child, run, start

_START_SECONDS = 60
_USER = "lockfill"
DATABASE = "lockfill"


@contextmanager
def server(logs: Path) -> Iterator[str]:
    """Runs a server while the block runs. Yields the URL of an empty database, for MONOLITH_DATABASE_URL.

    Raises debian.Unavailable where there is no MariaDB and none can be installed.
    """
    programs = debian.install("mariadb-server")
    mariadbd, installer = programs.program("mariadbd"), programs.program("mariadb-install-db")
    # Not below the repository: a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="lockfill-mariadb-"))
    child = None
    try:
        env = {**programs.environment(), "HOME": str(folder)}
        _make_data_folder(mariadbd, installer, folder, logs, env)
        url = _prepare_user(folder)
        child = start("mariadbd", _command(mariadbd, folder), logs / "mariadbd.log", env)
        _wait_until_ready(child, folder / "socket")
        yield url
    finally:
        if child:
            child.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _make_data_folder(
    mariadbd: Path, installer: Path, folder: Path, logs: Path, env: Mapping[str, str]
) -> None:
    command: list[str | Path] = [
        installer,
        "--no-defaults",
        f"--basedir={_base(mariadbd)}",
        f"--datadir={folder / 'data'}",
    ]
    # By default root logs in through a plugin, which is not where this server looks for plugins.
    command += ["--auth-root-authentication-method=normal", "--skip-test-db"]
    # The server has a socket alone, so the machine's name need not be resolvable.
    command += ["--skip-name-resolve", "--force"]
    run("mariadb-install-db", [*command, *_as_user()], logs / "mariadb-install-db.log", env)


def _prepare_user(folder: Path) -> str:
    """Writes the statements that the server runs first: an owner, an empty database, a locked root.

    Returns the URL of the database.
    """
    password = secrets.token_urlsafe(24)
    statements = (
        f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        f"CREATE USER {_USER}@localhost IDENTIFIED BY '{password}'",
        # All databases, because Django's tests create their own.
        f"GRANT ALL ON *.* TO {_USER}@localhost",
        "ALTER USER root@localhost ACCOUNT LOCK",
    )
    local_secrets.write_private(folder / "init.sql", "".join(f"{each};\n" for each in statements))
    return f"mysql://{_USER}:{password}@/{DATABASE}?unix_socket={quote(str(folder / 'socket'))}"


def _command(mariadbd: Path, folder: Path) -> list[str | Path]:
    command: list[str | Path] = [
        mariadbd,
        "--no-defaults",
        f"--basedir={_base(mariadbd)}",
        f"--datadir={folder / 'data'}",
    ]
    command += [f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}", "--skip-networking"]
    # The folder is removed after the run, so no write has to reach the disk.
    command += ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--skip-log-bin"]
    return [*command, f"--init-file={folder / 'init.sql'}", *_as_user()]


def _base(mariadbd: Path) -> Path:
    """The folder with the server's messages and system tables: /usr, for /usr/sbin/mariadbd."""
    return mariadbd.parent.parent


def _as_user() -> list[str]:
    """The option without which MariaDB refuses to run as root."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _wait_until_ready(child: Child, path: Path) -> None:
    child.wait_until("ready", lambda: "" if _greets(path) else None, _START_SECONDS)


def _greets(path: Path) -> bool:
    """Whether the server greets a client. It listens once it has run its first statements."""
    try:
        with closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            return b"MariaDB" in connection.recv(256)
    except OSError:
        return False
