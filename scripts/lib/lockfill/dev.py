"""`scripts/dev`: the whole of Lockfill on one machine, until Ctrl-C or a signal ends it."""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from . import LOCAL, ROOT, local_secrets, manage_script, monolith, private
from .check import check
from .command_line import CommandLine
from .console import Failure, complain, say
from .keep_going import keep_going
from .ports import free_port, require_free
from .processes import Stopped, stop_on_signals
from .stack import Stack

PORT_DEFAULT = 8080

HELP = """\
Runs Lockfill on this machine: the balancer on 127.0.0.1, the Rust functions as Lambdas behind it, Django as
its default target, Redis and DynamoDB; with a demonstration catalog. All that the programs need is installed
into .local/ and target/ of this repository. Ctrl-C stops all programs.

The machine needs Rust, a C compiler and Python 3.10 or newer; the command names what is missing. It needs no
Docker, no root and no AWS account. The first run builds all programs; later ones start in seconds.
"""
AFTER_HELP = """\
environment:
  PORT              the balancer's port (default 8080; with --check a free one)
  CARGO_TARGET_DIR  where to build, as for cargo

examples:
  ./scripts/dev
  PORT=9000 ./scripts/dev
  ./scripts/dev --check
  ./scripts/dev --keep-going     in another shell: kill a program, look, touch .local/dev/8080/restart/NAME
"""


def main() -> int:
    arguments = _arguments()
    stop_on_signals()
    started = time.monotonic()
    try:
        if arguments.check:
            _check()
            say(f"All was right, in {time.monotonic() - started:.0f} s.")
        else:
            _serve(started, goes_on=arguments.keep_going)
    except Failure as failure:
        complain(f"scripts/dev: {failure}")
        return 1
    except Stopped as stopped:
        say("\nStopped; nothing is left running.")
        return 128 + int(stopped.args[0]) if arguments.check else 0
    return 0


def _arguments() -> argparse.Namespace:
    parser = CommandLine("./scripts/dev", description=HELP, epilog=AFTER_HELP)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--keep-going",
        action="store_true",
        help="stay when a program ends, say which one and how to start it again; for drills",
    )
    mode.add_argument(
        "--check",
        action="store_true",
        help="start, use each API and page once, print what came back, and stop",
    )
    return parser.parse_args()


def _check() -> None:
    folder = Path(tempfile.mkdtemp(prefix="check-", dir=private.made(LOCAL)))
    stack = Stack(folder, _port(free_port()))
    say(f"Starting Lockfill on {stack.url}")
    try:
        stack.start()
        say("Using each API and page once")
        check(stack)
    except Failure:
        # The folder stays: its logs say what failed.
        stack.stop()
        raise
    except BaseException:
        _remove(stack)
        raise
    _remove(stack)


def _remove(stack: Stack) -> None:
    stack.stop()
    shutil.rmtree(stack.folder, ignore_errors=True)


def _serve(started: float, *, goes_on: bool) -> None:
    port = _port(PORT_DEFAULT)
    stack = Stack(private.made(LOCAL / "dev" / str(port)), port)
    say(f"Starting Lockfill on {stack.url}")
    try:
        stack.start()
        _introduce(stack, time.monotonic() - started)
        if goes_on:
            keep_going(stack)
        while True:
            stack.check()
            time.sleep(0.5)
    finally:
        stack.stop()


def _port(default: int) -> int:
    text = os.environ.get("PORT", "")
    if not text:
        port = default
    elif text.isdigit() and 1 <= int(text) <= 65535:
        port = int(text)
    else:
        raise Failure(f"PORT must be a number from 1 to 65535, not {text!r}")
    require_free(port)
    return port


def _introduce(stack: Stack, seconds: float) -> None:
    debug_token = local_secrets.path("debug-token").relative_to(ROOT)
    manage = manage_script.write(stack).relative_to(ROOT)
    say(f"""
Ready after {seconds:.0f} s. Try:

  curl '{stack.url}/api/v1/allocation/lockscreen?unit_id=1001&user_id=u1&country=KR'
  curl '{stack.url}/api/v1/allocation/contents?unit_id=1003&user_id=u1&interests=sports'
  curl -i '{stack.url}/api/v1/app/devices/d-1/settings'

Why an item is not shown, or what would be shown at another time:

  curl -H "Authorization: Bearer $(cat {debug_token})" \\
    '{stack.url}/api/v1/allocation/ads?unit_id=1001&user_id=u1&country=KR&explain=1&now=2026-11-23T08:00:00%2B09:00'

Django's admin: {stack.url}/admin/ as {monolith.ADMIN_USERNAME}, password in {monolith.admin_password_file()}
Django's commands: {manage} publications    (or another one; --help names them)
Lambda's Invoke API: {stack.invoke_url}    Redis: 127.0.0.1:{stack.redis_port}
Logs: {stack.logs.relative_to(ROOT)}/    Stop: Ctrl-C
""")


if __name__ == "__main__":
    sys.exit(main())
