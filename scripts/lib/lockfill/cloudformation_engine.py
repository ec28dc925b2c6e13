"""An engine of CloudFormation, Lambda and load balancers that is not this project's: ministack, from PyPI."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import install, web
from .ports import free_port
from .processes import clean_environment, start

REGION = "us-east-1"


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Runs the engine, which keeps all in memory; its URL. It listens on the loopback address alone."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Functions ask the engine for tables and secrets. It unpacks their code below TMPDIR.
    env = {**clean_environment(), "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port)}
    env |= {"AWS_ENDPOINT_URL": url, "TMPDIR": str(folder), "MINISTACK_REGION": REGION}
    program = install.environment("cloudformation-engine").with_name("ministack")
    child = start("ministack", [program], folder / "ministack.log", env)
    try:
        child.wait_until("listening", lambda: "" if _answers(url) else None, 60)
        yield url
    finally:
        child.stop()


def client_environment(url: str, home: Path) -> dict[str, str]:
    """The environment of AWS's tools that are to ask the engine, and nothing else."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}
    # SAM writes into the home folder.
    address = {"AWS_ENDPOINT_URL": url, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    return {**clean_environment(), **keys, **address, "HOME": str(home)}


def _answers(url: str) -> bool:
    try:
        return web.get(f"{url}/_ministack/health").status == 200
    except OSError:
        return False
