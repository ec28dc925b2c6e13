"""`scripts/box`: Lockfill as containers on one machine."""

import argparse
import os
import sys
import threading
from pathlib import Path

from .. import LOCAL, ROOT, docker_engine
from ..build import FUNCTIONS
from ..command_line import CommandLine, port
from ..console import Failure, complain, say
from ..processes import Stopped, stop_on_signals
from .box import PORT_DEFAULT, Box

HELP = """\
Lockfill on one machine: nginx in the place of the balancer, functions as plain HTTP servers, Django, MariaDB,
Redis and a DynamoDB server, each in a container. infra/compose/README.md describes them.

  prepare        makes the images, the secrets (.local/box, mode 600) and nginx's configuration
  try            prepares, starts all containers, and removes them at Ctrl-C
  roll FUNCTION  replaces the processes of a function one after the other; no request fails
"""


def main() -> int:
    parser = CommandLine("./scripts/box", description=HELP)
    parser.add_argument("verb", choices=("prepare", "try", "roll"))
    parser.add_argument("function", nargs="?", choices=FUNCTIONS, help="of roll")
    parser.add_argument("--port", type=port, default=PORT_DEFAULT, help="where nginx listens (8080)")
    parser.add_argument(
        "--folder", type=Path, default=LOCAL / "box", help="secrets and configuration (.local/box)"
    )
    parser.add_argument(
        "--profile", choices=("release", "dev"), default="release", help="how programs are built (release)"
    )
    arguments = parser.parse_args()
    if (arguments.verb == "roll") != bool(arguments.function):
        parser.error("roll, and roll alone, takes a function")
    stop_on_signals()
    try:
        _run(arguments)
    except Failure as failure:
        complain(f"scripts/box: {failure}")
        return 1
    except Stopped:
        say("\nStopped.")
    return 0


def _run(arguments: argparse.Namespace) -> None:
    if arguments.verb == "try":
        with docker_engine.engine() as engine:
            _try(Box(engine, arguments.folder, arguments.port), arguments.profile)
        return
    found = docker_engine.running()
    if not found:
        raise Failure("no Docker engine answers; `./scripts/box try` starts its own, as root on Debian.")
    box = Box(found, arguments.folder, arguments.port)
    if arguments.verb == "roll":
        box.roll(arguments.function)
        return
    box.prepare(arguments.profile)
    say(f"Start it:\n  {_shown(box)} up --detach")


def _try(box: Box, profile: str) -> None:
    box.prepare(profile)
    try:
        box.up()
        say(f"""
  curl '{box.url}/api/v1/allocation/lockscreen?unit_id=1001&user_id=u1&country=KR'

Django's admin: {box.url}/admin/ as admin, password in {box.folder / "django.env"}
{_shown(box)} ps
Stop: Ctrl-C
""")
        threading.Event().wait()
    finally:
        box.down()


def _shown(box: Box) -> str:
    parts = (str(part) for part in box.command)
    command = " ".join(os.path.relpath(part, ROOT) if part.startswith(str(ROOT)) else part for part in parts)
    host = f"DOCKER_HOST={box.engine.env['DOCKER_HOST']} " if box.engine.is_private else ""
    return host + command


if __name__ == "__main__":
    sys.exit(main())
