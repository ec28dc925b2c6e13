"""Redis and DynamoDB in containers of one network, with the demonstration catalog."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .. import LOGS, ROOT, docker_images, private
from ..box import images
from ..console import Failure, step
from ..docker_engine import Engine
from ..local_secrets import read
from ..ports import free_port
from ..processes import clean_environment, run
from ..stack import CATALOG_TABLE, DELIVERY_TABLE, DEMO_CATALOG, EVENTS_TABLE
from .artifacts import NO_CREDENTIALS

COMPOSE_FILE = ROOT / "infra" / "compose" / "sam.yaml"
_READY_SECONDS = 60.0
# The local server wants a signature, and takes any.
_SIGNED = {
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
    " SignedHeaders=host;x-amz-date, Signature=0",
}


@dataclass(frozen=True)
class Stores:
    """Running stores. Containers reach them by their names on `network`, this machine at the URLs."""

    network: str
    dynamodb_url: str
    redis_url: str

    def variables(self, link_base: str) -> dict[str, str]:
        """The environment of a function on the network. Links lead to `link_base`, where clients are."""
        return {
            "LOCKFILL_CATALOG_TABLE": CATALOG_TABLE,
            "LOCKFILL_EVENTS_TABLE": EVENTS_TABLE,
            "LOCKFILL_DELIVERY_TABLE": DELIVERY_TABLE,
            "LOCKFILL_REDIS_URL": "redis://redis:6379",
            "LOCKFILL_REDIS_DEADLINE_MS": "250",
            "LOCKFILL_LINK_BASE_URL": link_base,
            "LOCKFILL_SIGNING_KEYS": f"dev1:{read('signing-key')}",
            "LOCKFILL_USER_KEY_SECRETS": f"{read('user-key-secret')},none",
            "LOCKFILL_DEBUG_TOKEN": read("debug-token"),
            "AWS_ENDPOINT_URL_DYNAMODB": "http://dynamodb:8000",
        }

    def local_variables(self, link_base: str) -> dict[str, str]:
        """The environment of a function on this machine."""
        urls = {"LOCKFILL_REDIS_URL": self.redis_url, "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url}
        return {**self.variables(link_base), **urls}

    def digest(self) -> str:
        """The digest of the rows of the served version, which is version 1."""
        request = {"TableName": CATALOG_TABLE, "Key": {"pk": {"S": "pointer"}, "sk": {"S": "catalog"}}}
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": "DynamoDB_20120810.GetItem",
            **_SIGNED,
        }
        asked = urllib.request.Request(self.dynamodb_url, json.dumps(request).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 (this machine's)
            digest: str = json.load(answer)["Item"]["digest"]["S"]
            return digest


@contextmanager
def running(engine: Engine, programs: Path, network: str = "lockfill-sam") -> Iterator[Stores]:
    """Runs the stores while the block runs."""
    docker_images.provide(engine, [docker_images.REDIS])
    images.make_programs(engine, programs)
    dynamodb, redis = free_port(), free_port()
    private.made(LOGS)
    ports = {"LOCKFILL_SAM_DYNAMODB_PORT": str(dynamodb), "LOCKFILL_SAM_REDIS_PORT": str(redis)}
    env = {**engine.env, **ports, "LOCKFILL_SAM_NETWORK": network}
    command = (*engine.compose, "--project-name", network, "--file", COMPOSE_FILE)
    stores = Stores(network, f"http://127.0.0.1:{dynamodb}", f"redis://127.0.0.1:{redis}")
    try:
        with step("starting the stores"):
            run("compose up", [*command, "up", "--detach"], LOGS / "sam-up.log", env)
            _wait(stores.dynamodb_url)
        with step("publishing the demonstration catalog"):
            _seed(stores, programs)
        yield stores
    finally:
        down = [*map(str, command), "down", "--volumes", "--timeout", "5"]
        subprocess.run(down, env=env, capture_output=True, check=False)


def _wait(url: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (this machine's)
                return
        except urllib.error.HTTPError:
            # It answers.
            return
        except OSError:
            if time.monotonic() > deadline:
                raise Failure(f"the local DynamoDB does not answer at {url}.") from None
            time.sleep(0.2)


def _seed(stores: Stores, programs: Path) -> None:
    """Makes tables, publishes, and makes users' histories known: an empty Redis may have lost them."""
    local = stores.local_variables("http://127.0.0.1:8080")
    env = {**clean_environment(), **local, **NO_CREDENTIALS}
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("catalog-cli", "create-table"),
        ("catalog-cli", "create-events-table"),
        ("catalog-cli", "create-delivery-table"),
        ("catalog-cli", "publish", DEMO_CATALOG),
        ("ledger-cli", "rebuild-counters"),
    )
    for name, *arguments in commands:
        run(str(name), [programs / name, *arguments], LOGS / f"sam-{name}.log", env)
