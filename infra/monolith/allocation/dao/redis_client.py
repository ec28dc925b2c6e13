"""The client of a Redis server, or of a cluster: which of the two it is, and when it is connected.

A server says itself whether it is part of a cluster. `RedisClient` asks once, in a thread of its own
that has more time than a request; requests that come before the answer are answered without the
user's state. What the server said is asked again when it turns out to be wrong.
"""

import logging
import threading
import time
from typing import TypeAlias

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from allocation.dao.error import DaoError

_logger = logging.getLogger("django.allocation.users")

# How long a server may take to connect or to answer before a connection counts as dead. A request
# waits for its deadline alone.
_ANSWER_TIMEOUT_SECONDS = 0.5
# How long a process waits for a connection before it takes requests.
_WARM_SECONDS = 0.5
# How soon after a failure it is tried again.
_CONNECT_EVERY_SECONDS = 1.0

Client: TypeAlias = "redis.Redis | redis.RedisCluster"


class RedisClient:
    """Makes the client. Threads share it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._attempt: threading.Event | None = None
        self._attempted_at = float("-inf")
        self._has_failed = False

    def warm(self) -> None:
        """Connects, with more time than a request has. Raises DaoError."""
        self.connected_by(time.monotonic() + _WARM_SECONDS)

    def connected_by(self, deadline: float) -> Client:
        """The client. While one is being made by a background thread, a request waits for it until
        the deadline; after a failure only the request that begins the attempt does. Raises DaoError.
        """
        if client := self._client:
            return client
        with self._lock:
            attempt = None if self._has_failed else self._attempt
            is_due = time.monotonic() - self._attempted_at >= _CONNECT_EVERY_SECONDS
            if self._attempt is None and self._client is None and is_due:
                self._attempted_at = time.monotonic()
                attempt = self._attempt = threading.Event()
                threading.Thread(target=self._connect, args=(attempt,), daemon=True).start()
        if attempt is not None:
            attempt.wait(max(deadline - time.monotonic(), 0))
        if (client := self._client) is None:
            raise DaoError("Redis is not connected yet")
        return client

    def forget(self, client: Client) -> None:
        """Makes another client for the next request: this one takes the server for what it is not."""
        with self._lock:
            if self._client is client:
                self._client = None

    def _connect(self, attempt: threading.Event) -> None:
        client = None
        try:
            client = self._make_client()
        except Exception as error:
            # Whatever it is: an attempt that did not end would be the last one. Each further
            # request says so itself.
            if not self._has_failed:
                _logger.warning("No connection to Redis yet: %s", type(error).__name__)
        finally:
            with self._lock:
                self._client = client
                self._attempt = None
                self._has_failed = client is None
            attempt.set()

    def _make_client(self) -> Client:
        # Neither the protocol's version nor the library's name is negotiated: each would cost a
        # connection one more question within the deadline.
        settings = {
            "protocol": 2,
            "driver_info": None,
            "socket_timeout": _ANSWER_TIMEOUT_SECONDS,
            "socket_connect_timeout": _ANSWER_TIMEOUT_SECONDS,
        }
        with redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0), **settings) as probe:
            is_cluster = probe.info("cluster").get("cluster_enabled") == 1
        if is_cluster:
            return redis.RedisCluster.from_url(self._url, retry=Retry(NoBackoff(), 1), **settings)
        # The caller retries, because a client does not know how much time is left.
        return redis.Redis.from_url(self._url, retry=Retry(NoBackoff(), 0), **settings)
