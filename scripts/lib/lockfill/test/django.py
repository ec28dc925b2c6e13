"""Django's tests, on both kinds of database that Django may keep its rows in."""

import secrets

from .. import debian, install, mariadb, monolith, uv
from ..build import build
from ..processes import Command, clean_environment
from .commands import LOGS, count, junit_file
from .outcome import Outcome, skipped


def on_sqlite() -> Outcome:
    return _run("django", _environment())


def on_mariadb() -> Outcome:
    # Before the server, which would stand idle while programs are built.
    env = _environment()
    try:
        with mariadb.server(LOGS) as url:
            return _run("mariadb", {**env, "MONOLITH_DATABASE_URL": url}, "--with-database")
    except debian.Unavailable as unavailable:
        return skipped(str(unavailable))


def _run(step: str, env: dict[str, str], *options: str) -> Outcome:
    file = junit_file(step)
    # Two processes, each with a database of its own. The tests of a class stay together: they share its rows.
    processes = ("--numprocesses=2", "--dist=loadscope")
    command: Command = [install.environment("monolith-test"), "-m", "pytest", "--ds=config.settings"]
    options = (*processes, f"--junit-xml={file}", *options, ".")
    return count("pytest", [*command, *options], file, env, monolith.FOLDER)


def _environment() -> dict[str, str]:
    """With the programs that Django is tested against, a local DynamoDB and Redis among them."""
    env = {**clean_environment(), **uv.KEPT_BYTECODE, "LOCKFILL_TEST_PROGRAMS": str(build())}
    env["LOCKFILL_TEST_REDIS_SERVER"] = str(install.redis_server())
    # Tests need a key, but never one that anything else is signed with.
    return {**env, "MONOLITH_SECRET_KEY": secrets.token_urlsafe(48)}
