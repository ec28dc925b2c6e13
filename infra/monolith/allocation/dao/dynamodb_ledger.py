"""The ledger in a table of DynamoDB: one conditional write an event.

A store that does not answer would hold the threads that answer allocations too, each for a second. So
`Health` lets one write at a time find out whether it is well, and the others fail at once.
"""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError

from allocation.dao.error import DaoError
from allocation.dao.health import Entry, Health
from allocation.dao.ledger import LedgerEntry, Recorded
from allocation.dao.ledger_item import ledger_item
from kernel.published.client import connect
from kernel.published.errors import StoreError, unavailable

# How long a write may take as a whole, connecting included, and for how long a batch begins new ones.
_DEADLINE_SECONDS = 1.0
# How many entries of one batch are written at once.
_AT_ONCE_MAX = 16
# As many as requests at once may need.
_THREADS_MAX = 4 * _AT_ONCE_MAX
_CONDITION_FAILED = "ConditionalCheckFailedException"
# What no entry has as its key.
_NO_ENTRY = {"pk": {"S": "none"}, "sk": {"S": "none"}}


class _NoAnswer(DaoError):
    """The store, or the connection, has failed: not the one write."""


class _Write(NamedTuple):
    """A write under way."""

    admitted: Entry
    future: "Future[Recorded]"


class DynamoLedger:
    """A `Ledger` over a table. Threads share it. Nothing is connected before it is used, so that a
    process may be forked until then.
    """

    def __init__(
        self,
        table: str,
        region: str | None,
        endpoint_url: str | None,
        deadline_seconds: float = _DEADLINE_SECONDS,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._table, self._region, self._endpoint_url = table, region, endpoint_url
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._client: Any = None
        self._threads = ThreadPoolExecutor(_THREADS_MAX, thread_name_prefix="ledger")
        # Chance makes pauses differ between processes; nothing is decided by it.
        self._health = Health(random.random)

    def warm(self) -> None:
        """Connects before the first event. Raises DaoError.

        By a write whose condition never holds: the SDK reads its model of the service, its rules of
        endpoints and the credentials when it first sends something, which takes a good part of an event's
        second. A process that may write needs no other permission for it.
        """
        try:
            self._connected().put_item(
                TableName=self._table, Item=_NO_ENTRY, ConditionExpression="attribute_exists(pk)"
            )
        except StoreError as error:
            raise DaoError(str(error)) from None
        except (BotoCoreError, ClientError) as error:
            if not _is_condition_failed(error):
                raise DaoError(str(unavailable(error))) from None

    def record(self, entries: Sequence[LedgerEntry]) -> list[Recorded | DaoError]:
        written: list[Recorded | DaoError] = []
        last_begin = time.monotonic() + self._deadline_seconds
        for first in range(0, len(entries), _AT_ONCE_MAX):
            now = time.monotonic()
            if now > last_begin:
                # The client sends the others again. A ledger that is slow and not sick would hold the
                # request for as many rounds as the batch has.
                left = len(entries) - first
                return written + [DaoError("DynamoDB: no time is left for the rest of the batch")] * left
            deadline = now + self._deadline_seconds
            some = entries[first : first + _AT_ONCE_MAX]
            writes = [self._begin(entry, deadline) for entry in some]
            written += [self._result(write, deadline) for write in writes]
        return written

    def _begin(self, entry: LedgerEntry, deadline: float) -> "_Write | None":
        with self._lock:
            admitted = self._health.admit(time.monotonic())
        if admitted is None:
            return None
        return _Write(admitted, self._threads.submit(self._write, entry, deadline))

    def _result(self, write: "_Write | None", deadline: float) -> Recorded | DaoError:
        if write is None:
            return DaoError("DynamoDB failed a moment ago, and is not asked")
        try:
            recorded = write.future.result(max(deadline - time.monotonic(), 0))
        except NotYet:
            with self._lock:
                self._health.late(write.admitted)
            # Also at once, if it has not begun: it is not needed any more, because the client will
            # send the event again.
            write.future.add_done_callback(self._end)
            write.future.cancel()
            return DaoError("DynamoDB: no answer in time")
        except _NoAnswer as error:
            with self._lock:
                self._health.failed(write.admitted, is_disconnected=True)
            return error
        except DaoError as error:
            self._answered(write)
            return error
        self._answered(write)
        return recorded

    def _answered(self, write: "_Write") -> None:
        with self._lock:
            self._health.answered(write.admitted)

    def _end(self, write: "Future[Recorded]") -> None:
        """A late write has ended."""
        is_disconnected = write.cancelled() or isinstance(write.exception(), _NoAnswer)
        with self._lock:
            self._health.ended(time.monotonic(), is_disconnected=is_disconnected)

    def _write(self, entry: LedgerEntry, deadline: float) -> Recorded:
        try:
            try:
                self._put(entry)
            except ConnectionClosedError:
                # The connection was kept, and had died. A second write is harmless: the first one may
                # have succeeded, and then this one is a repetition.
                if time.monotonic() >= deadline:
                    raise
                self._put(entry)
        except StoreError as error:
            raise DaoError(str(error)) from None
        except ClientError as error:
            if _is_condition_failed(error):
                return Recorded.REPEATED
            # A throttled key says nothing about others.
            raise DaoError(str(unavailable(error))) from None
        except BotoCoreError as error:
            raise _NoAnswer(str(unavailable(error))) from None
        except Exception as error:
            # Whatever the library meets: a write that ended unnoticed would be the last one.
            raise _NoAnswer(f"DynamoDB: the request failed ({type(error).__name__})") from None
        return Recorded.NEW

    def _put(self, entry: LedgerEntry) -> None:
        self._connected().put_item(
            TableName=self._table,
            Item=ledger_item(entry),
            ConditionExpression="attribute_not_exists(pk)",
        )

    def _connected(self) -> Any:
        with self._making:
            if self._client is None:
                self._client = connect(
                    self._endpoint_url,
                    self._region,
                    connect_timeout_seconds=self._deadline_seconds,
                    attempt_timeout_seconds=self._deadline_seconds,
                    attempts_max=1,
                    connections_max=_THREADS_MAX,
                )
            return self._client


def _is_condition_failed(error: BotoCoreError | ClientError) -> bool:
    return isinstance(error, ClientError) and error.response.get("Error", {}).get("Code") == _CONDITION_FAILED
