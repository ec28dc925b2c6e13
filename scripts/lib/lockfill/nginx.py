"""Runs Debian's nginx, with which local-alb's routing and speed are compared."""

import socket
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from . import debian
from .processes import Child, Command, start

MAIN = """\
daemon off;
pid nginx.pid;
worker_processes 1;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    access_log {access_log};
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {included};
}}
"""


def run_nginx(
    folder: Path,
    included: str,
    port: int,
    *,
    access_log: str = "off",
    name: str = "nginx",
    prefix: Sequence[str] = (),
) -> Child:
    """Starts nginx with `included` in its `http` block; returns once it listens on `port`.

    Raises `debian.Unavailable` where nginx is neither installed nor available.

    It has one worker. `prefix` is a command that runs it, such as `taskset`.
    """
    packages = debian.install("nginx")
    program = packages.program("nginx")
    own = folder / name
    own.mkdir(parents=True)
    (own / "included.conf").write_text(included)
    main = MAIN.format(access_log=access_log, included=own / "included.conf")
    (own / "nginx.conf").write_text(main)
    command: Command = [*prefix, program, "-p", own, "-c", own / "nginx.conf", "-e", "stderr"]
    child = start(name, command, folder / f"{name}.log", packages.environment())
    try:
        child.wait_until("listening", lambda: "" if listens(port) else None, 10)
    except BaseException:
        child.stop()
        raise
    return child


def listens(port: int) -> bool:
    """Whether a port of this machine accepts connections."""
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
