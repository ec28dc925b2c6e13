"""Deletes users' states from Redis: one server, or a cluster.

Not with the client of `RedisUsers`, whose deadline is that of an answer: a Redis that answers
slowly must still forget.
"""

from collections.abc import Iterable

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from allocation.dao.error import DaoError

_TIMEOUT_SECONDS = 1.0


def erase_states(url: str, user_keys: Iterable[str]) -> None:
    """Returns when Redis has confirmed that none of these states is stored. Raises DaoError."""
    limits = {"socket_timeout": _TIMEOUT_SECONDS, "socket_connect_timeout": _TIMEOUT_SECONDS}
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **limits) as client:
            if client.info("cluster").get("cluster_enabled") != 1:
                _unlink(client, user_keys)
                return
        cluster = redis.RedisCluster.from_url(url, retry=Retry(NoBackoff(), 1), **limits)
        try:
            _unlink(cluster, user_keys)
        finally:
            cluster.close()
    except (redis.RedisError, OSError, ValueError) as error:
        raise DaoError(f"Redis is unavailable ({type(error).__name__})") from None


def _unlink(client: "redis.Redis | redis.RedisCluster", user_keys: Iterable[str]) -> None:
    for user_key in user_keys:
        # One by one: the keys of two users may be on two nodes.
        # What a rebuild would count again, and what devices were lent, go with the state.
        client.unlink(*(f"lockfill:{{{user_key}}}:{kind}" for kind in ("state", "unknown", "loans")))
