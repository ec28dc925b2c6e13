"""A Redis server for tests, empty, on a free port."""

import contextlib
import subprocess
import time
from tempfile import TemporaryDirectory

import redis

from kernel.redis_known import SLOTS, known_key
from kernel.tests.programs import require_redis
from lockfill.ports import free_port

_READY_SECONDS = 10.0
_ATTEMPTS = 5


class RedisServer:
    """A running server. It may be killed and started again at its port. `options` are the server's own."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._program = require_redis()
        self._folder = TemporaryDirectory(prefix="lockfill-redis-")
        # A node of a cluster listens on a second port, 10,000 above, which is not reserved.
        for _ in range(_ATTEMPTS):
            self.port = free_port()
            if self.start():
                return
        raise AssertionError("no Redis server could be started")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> bool:
        """Whether the server answers."""
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", self._folder.name, *self._options], stdout=subprocess.DEVNULL
        )
        self.client = redis.Redis(port=self.port)
        deadline = time.monotonic() + _READY_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                if self.client.ping():
                    self.make_known()
                    return True
            except redis.ConnectionError:
                time.sleep(0.005)
        self.kill()
        return False

    def make_known(self) -> None:
        """Makes the histories of all users known, as a rebuild of an empty ledger does. A node of a
        cluster that has no slots yet takes no markers.
        """
        markers: dict[str | bytes, bytes | float | int | str] = {known_key(slot): 1 for slot in range(SLOTS)}
        with contextlib.suppress(redis.ResponseError):
            self.client.mset(markers)

    def kill(self) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self.kill()
        self._folder.cleanup()
