"""The stores alone: Redis, DynamoDB and published catalogs, for commands that start what they measure."""

from pathlib import Path

from .. import install, local_secrets
from ..build import BENCH_FUNCTIONS, LOAD_GENERATOR, PROGRAMS, build
from ..console import step
from ..ports import free_port
from ..stack import Stack
from .large_catalog import write_catalog, write_empty_catalog

# The product's own.
REDIS_DEADLINE_MS = 10


class Stores(Stack):
    """Starts and stops as a stack does. Catalogs are published by catalog-cli."""

    def publish_of_size(self, line_items: int) -> int:
        """Publishes a catalog with so many line items, or with a unit and nothing to show; its version."""
        file = self.folder / "catalog-of-size.json"
        if line_items:
            write_catalog(self.catalog, file, line_items)
        else:
            write_empty_catalog(self.catalog, file)
        with step(f"publishing {line_items:,} line items", quiet=self.quiet):
            self.publish(file)
        self._versions += 1
        return self._versions

    def function_variables(self) -> dict[str, str]:
        """With one name a user, as the floor function has: no older version counted in these stores."""
        secret = local_secrets.read("user-key-secret")
        return {**super().function_variables(), "LOCKFILL_USER_KEY_SECRETS": secret}

    def _start_all(self) -> None:
        self._versions = 0
        self.programs = build(self.profile, (*PROGRAMS, LOAD_GENERATOR, *BENCH_FUNCTIONS))
        with step("starting Redis and DynamoDB", quiet=self.quiet):
            self._start_redis(install.redis_server(), free_port())
            self._start_dynamodb("127.0.0.1:0")
            self._create_tables()
            self._start_rebuilding()


def stores(folder: Path, profile: str) -> Stores:
    """Stores in a folder of their own; not started yet."""
    return Stores(folder, redis_deadline_ms=REDIS_DEADLINE_MS, profile=profile)
