"""The functions under the balancer and their stores, without Django: for tests of what the functions load."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lockfill import build, install
from lockfill.ports import free_port
from lockfill.running import environments, state
from lockfill.stack import Stack
from store_proxy import StoreProxy
from waiting import eventually

# The product's own.
REDIS_DEADLINE_MS = 10


class FunctionsStack(Stack):
    """Catalogs are published by catalog-cli."""

    def _start_all(self) -> None:
        self.programs = build.build(self.profile)
        self._start_redis(install.redis_server(), free_port())
        self._start_dynamodb("127.0.0.1:0")
        self._fill_dynamodb()
        self._start_rebuilding()
        # No test asks for a path of Django's.
        self.django_url = f"http://127.0.0.1:{free_port()}"
        self._start_balancer()

    def _fill_dynamodb(self) -> None:
        self._create_tables()
        self.publish(self.catalog)


class ServingStack(FunctionsStack):
    """The functions reach DynamoDB through `proxy`."""

    proxy: StoreProxy

    def _start_dynamodb(self, address: str) -> None:
        super()._start_dynamodb(address)
        # A restarted store is behind the same proxy.
        if not hasattr(self, "proxy"):
            self.proxy = StoreProxy(self.dynamodb_url)

    def function_variables(self) -> dict[str, str]:
        return {**super().function_variables(), "AWS_ENDPOINT_URL_DYNAMODB": self.proxy.url}


@contextmanager
def serving_stack(
    folder: Path, profile: str = "dev", kind: type[ServingStack] = ServingStack
) -> Iterator[ServingStack]:
    """Runs a stack with the demonstration catalog while the block runs."""
    stack = kind(folder, quiet=True, redis_deadline_ms=REDIS_DEADLINE_MS, profile=profile)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
        if hasattr(stack, "proxy"):
            stack.proxy.close()


def end_environments(stack: Stack, *functions: str) -> None:
    """Kills all environments of functions, so that the next request starts a new one."""
    pids = [pid for function in functions for pid in environments(stack, function)]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    eventually("environments have ended", lambda: all(state(pid) in ("", "Z") for pid in pids))
