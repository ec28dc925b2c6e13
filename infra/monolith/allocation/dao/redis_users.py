"""Reads users' states from Redis (or Valkey): one server, or a cluster.

A server says itself whether it is part of a cluster. `RedisUsers` asks once, in a thread of its own
that has more time than a request; requests that come before the answer are answered without the
user's state.
"""

import logging
import threading
import time
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from allocation.dao.error import DaoError
from allocation.dao.redis_state import UnreadableState, parse_state
from allocation.models.user_state import UserState

_logger = logging.getLogger("django.allocation.users")

# How long connecting may take, and how soon after a failure it is tried again.
_CONNECT_TIMEOUT_SECONDS = 0.5
_CONNECT_EVERY_SECONDS = 0.5


class RedisUsers:
    """Users at `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, where `rediss` means TLS."""

    def __init__(self, url: str, deadline_seconds: float) -> None:
        self._url = url
        self._deadline_seconds = deadline_seconds
        self._lock = threading.Lock()
        self._client: redis.Redis | redis.RedisCluster | None = None
        self._attempt: threading.Event | None = None
        self._attempted_at = float("-inf")

    def warm(self) -> None:
        """Connects before the first request, with more time than that has. Raises DaoError."""
        self._connected_by(time.monotonic() + _CONNECT_TIMEOUT_SECONDS)

    def load(self, user_key: str) -> UserState:
        """The state; that of a new user if nothing is stored. Raises DaoError."""
        deadline = time.monotonic() + self._deadline_seconds
        client = self._client or self._connected_by(deadline)
        key = f"lockfill:{{{user_key}}}:state"
        try:
            return parse_state(_hgetall(client, key, deadline))
        except UnreadableState as error:
            raise DaoError(str(error)) from None
        except (redis.RedisError, OSError) as error:
            raise DaoError(f"Redis is unavailable ({type(error).__name__})") from None

    def _connected_by(self, deadline: float) -> "redis.Redis | redis.RedisCluster":
        """The client, waited for until the deadline. One background thread at a time makes it."""
        with self._lock:
            attempt = self._attempt
            is_due = time.monotonic() - self._attempted_at >= _CONNECT_EVERY_SECONDS
            if attempt is None and self._client is None and is_due:
                self._attempted_at = time.monotonic()
                attempt = self._attempt = threading.Event()
                threading.Thread(target=self._connect, args=(attempt,), daemon=True).start()
        if attempt is not None:
            attempt.wait(max(deadline - time.monotonic(), 0))
        if self._client is None:
            raise DaoError("Redis is not connected yet")
        return self._client

    def _connect(self, attempt: threading.Event) -> None:
        client = None
        try:
            client = self._make_client()
        except (redis.RedisError, OSError, ValueError) as error:
            _logger.warning("No connection to Redis yet: %s", type(error).__name__)
        with self._lock:
            self._client = client
            self._attempt = None
        attempt.set()

    def _make_client(self) -> "redis.Redis | redis.RedisCluster":
        connecting = {
            "socket_timeout": _CONNECT_TIMEOUT_SECONDS,
            "socket_connect_timeout": _CONNECT_TIMEOUT_SECONDS,
        }
        reading = {
            "socket_timeout": self._deadline_seconds,
            "socket_connect_timeout": self._deadline_seconds,
        }
        with redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0), **connecting) as probe:
            is_cluster = probe.info("cluster").get("cluster_enabled") == 1
        if is_cluster:
            return redis.RedisCluster.from_url(self._url, retry=Retry(NoBackoff(), 1), **reading)
        # `_hgetall` retries, because a client does not know how much time is left.
        return redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0), **reading)


def _hgetall(
    client: "redis.Redis | redis.RedisCluster", key: str, deadline: float
) -> dict[bytes, bytes]:
    try:
        return _fields(client, key)
    except redis.ConnectionError:
        # A connection that died between requests fails at once, and a new one may work.
        if time.monotonic() >= deadline:
            raise
        return _fields(client, key)


def _fields(client: "redis.Redis | redis.RedisCluster", key: str) -> dict[bytes, bytes]:
    # Clients that decode would return texts; these do not.
    return cast(dict[bytes, bytes], client.hgetall(key))
