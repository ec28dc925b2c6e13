"""Users' states in Redis (or Valkey), one server or a cluster: reads them, and counts events in them.

`RedisClient` finds out which of the two it is and connects. `Health` keeps requests away from a
server that is sick, in a cluster from each node by itself.

A question is asked in a thread of its own, for which the request waits until its deadline. The thread
reads the answer also when it is late, so that a slow server keeps its connections.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, TypeVar, cast

import redis
from redis.exceptions import ClusterDownError, MovedError, RedisClusterException

from allocation.dao.error import DaoError
from allocation.dao.events import EventRecord
from allocation.dao.health import Entry, Health
from allocation.dao.loans import Lending
from allocation.dao.redis_client import Client, RedisClient
from allocation.dao.redis_count import count, state_key
from allocation.dao.redis_lend import lend, loans_key
from allocation.dao.redis_state import UnreadableState, parse_state
from allocation.models.user_state import UNKNOWN, UserState
from kernel.redis_known import known_key, slot_of

# Errors by which a server serves no user now. Other errors concern one user's data.
_REFUSALS = (redis.ReadOnlyError, ClusterDownError, MovedError)
_BUSY = "BUSY "
# In the text of an error of a pipeline, the server's words are behind these.
_OF_PIPELINE = " of pipeline caused error: "

# The count of a minute is of use for that minute.
_BURST_SECONDS = 120

# More than requests at once; a thread is started when it is needed.
_THREADS_MAX = 64

T = TypeVar("T")


class RedisUsers:
    """Users at `redis[s]://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, where `rediss` means TLS."""

    def __init__(self, url: str, deadline_seconds: float) -> None:
        self._redis = RedisClient(url)
        self._deadline_seconds = deadline_seconds
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS_MAX, thread_name_prefix="redis")
        # By the name of a cluster's node; a single server has no name.
        self._healths: dict[str, Health] = {}

    def warm(self) -> None:
        """Connects before the first request, with more time than that has. Raises DaoError."""
        self._redis.warm()

    def load(self, user_key: str) -> UserState:
        """The state; that of a new user if nothing is stored, and one of an unknown history where Redis
        has lost what it had. Raises DaoError.
        """
        key = state_key(user_key)
        known = known_key(slot_of(user_key))

        def ask(client: Client) -> list[Any]:
            with client.pipeline(transaction=False) as questions:
                # What is lost between the two is not known. The other way around it would be, and empty.
                questions.hgetall(key)
                questions.exists(known)
                return questions.execute()

        fields, is_known = self._ask(key, ask)
        try:
            # Clients that decode would return texts; these do not.
            state = parse_state(cast("dict[bytes, bytes]", fields))
        except UnreadableState as error:
            raise DaoError(str(error)) from None
        if not is_known:
            state.source = UNKNOWN
        return state

    def record(self, event: EventRecord) -> bool:
        """Counts an event; False if it was counted before. Raises DaoError."""
        return self._ask(state_key(event.user_key), lambda client: count(client, event))

    def lend(self, user_key: str, lending: Lending) -> list[str]:
        """Notes what a device is lent, as `LoanStore` says. Raises DaoError."""
        return self._ask(loans_key(user_key), lambda client: lend(client, user_key, lending))

    def add_events(self, minute: int, events: Mapping[str, int]) -> dict[str, int]:
        """Counts events of a minute, as `BurstCounter` says. Raises DaoError."""
        keys = {name: f"lockfill:{{{name}}}:burst:{minute}" for name in events}

        def ask(client: Client) -> list[Any]:
            with client.pipeline(transaction=False) as questions:
                for name, key in keys.items():
                    questions.incrby(key, events[name])
                    questions.expire(key, _BURST_SECONDS)
                return questions.execute()

        counts = self._ask(next(iter(keys.values())), ask)
        return dict(zip(keys, counts[::2], strict=True))

    def _ask(self, key: str, ask: Callable[[Client], T]) -> T:
        """What a server answers about a key, within the deadline. Raises DaoError."""
        deadline = time.monotonic() + self._deadline_seconds
        client = self._redis.connected_by(deadline)
        health = self._health(_node_name(client, key))
        with self._lock:
            entry = health.admit(time.monotonic())
        if entry is None:
            raise DaoError("Redis failed a moment ago, and is not asked")
        retry_until = deadline if entry is Entry.USUAL else 0.0
        asked = self._threads.submit(_asked, client, ask, retry_until)
        try:
            answer = asked.result(max(deadline - time.monotonic(), 0))
        except Exception as error:
            # Whatever the library meets, an answer is possible without it.
            if isinstance(error, NotYet) and not isinstance(error, redis.RedisError):
                self._wait_in_background(client, health, entry, asked)
            else:
                self._note(client, health, entry, error)
            raise DaoError(f"Redis is unavailable ({type(error).__name__})") from None
        with self._lock:
            health.answered(entry)
        return answer

    def _health(self, node_name: str) -> Health:
        with self._lock:
            # Chance makes pauses differ between processes; nothing is decided by it.
            return self._healths.setdefault(node_name, Health(random.random))

    def _wait_in_background(self, client: Client, health: Health, entry: Entry, asked: "Future[T]") -> None:
        with self._lock:
            health.late(entry)

        def end(asked: "Future[T]") -> None:
            error = asked.exception()
            if isinstance(error, MovedError | RedisClusterException):
                self._redis.forget(client)
            is_answer = error is None or isinstance(error, redis.ResponseError)
            with self._lock:
                health.ended(time.monotonic(), is_disconnected=not is_answer)

        asked.add_done_callback(end)

    def _note(self, client: Client, health: Health, entry: Entry, error: Exception) -> None:
        if isinstance(error, MovedError | RedisClusterException):
            # It is a cluster now, or is none any more.
            self._redis.forget(client)
        is_answer = isinstance(error, redis.ResponseError)
        with self._lock:
            if is_answer and not isinstance(error, _REFUSALS) and not _is_busy(error):
                health.answered(entry)
            else:
                health.failed(entry, is_disconnected=not is_answer)


def _is_busy(error: Exception) -> bool:
    """Whether the server runs a script that takes long, and serves no user meanwhile."""
    return str(error).rpartition(_OF_PIPELINE)[2].startswith(_BUSY)


def _node_name(client: Client, key: str) -> str:
    """The node of a cluster that has the key, as far as the client knows."""
    if isinstance(client, redis.RedisCluster):
        try:
            return str(client.get_node_from_key(key).name)
        except (RedisClusterException, IndexError, AttributeError):
            return ""
    return ""


def _asked(client: Client, ask: Callable[[Client], T], deadline: float) -> T:
    try:
        return ask(client)
    except redis.ConnectionError:
        # A connection that died between requests fails at once, and a new one may work. An event that
        # the dead one has counted is not counted again.
        if time.monotonic() >= deadline:
            raise
        return ask(client)
