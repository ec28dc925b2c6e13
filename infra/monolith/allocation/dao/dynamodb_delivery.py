"""Tables of gates and counts in the table of delivery; `functions/shared/dao-dynamodb` has the layout."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

import zstandard
from botocore.exceptions import BotoCoreError, ClientError

from allocation.dao.counts import CountsName
from allocation.dao.error import DaoError, MalformedError
from allocation.dao.gates import GatesPointer
from allocation.models.pacing import Gates
from allocation.models.pacing_codec import GATES_BYTES_MAX, decode_gates
from kernel.published.client import connect
from kernel.published.errors import StoreError, unavailable

# Two attempts at the pointer take less than the 250 ms that a request waits for it. The first read has
# longer, because it has to connect.
_POINTER_TIMEOUT_SECONDS = 0.115
_FIRST_POINTER_TIMEOUT_SECONDS = 1.0
_POINTER_ATTEMPTS = 2
# One attempt at anything else.
_TIMEOUT_SECONDS = 3.0
_ATTEMPTS = 3
# The most bytes in an item, since DynamoDB takes 400 KB in one, names and keys included.
_PIECE_BYTES_MAX = 300_000
_PIECES_MAX = 999
_KEPT_SECONDS = 8 * 86_400
_SHARDS = 16
_LEVEL = 3

_Item = dict[str, dict[str, Any]]
Result = TypeVar("Result")


class DynamoDelivery:
    """A `GatesReader` and a `CountsWriter` over a table. Threads share it. Nothing is connected before it
    is used, so that a process may be forked until then.
    """

    def __init__(self, table: str, region: str | None, endpoint_url: str | None) -> None:
        self._table, self._region, self._endpoint_url = table, region, endpoint_url
        self._making = threading.Lock()
        self._clients: dict[float, Any] = {}
        # The version of the last pointer that was read; 0 before the first.
        self._last_version = 0

    def current(self) -> GatesPointer | None:
        """The newest table. The pointer is read eventually consistent, and again consistently where it
        seems to go back: a replica may lag.
        """
        timeout_seconds = _POINTER_TIMEOUT_SECONDS if self._last_version else _FIRST_POINTER_TIMEOUT_SECONDS
        pointer = self._pointer(timeout_seconds, is_consistent=False)
        if (pointer.version if pointer else 0) < self._last_version:
            pointer = self._pointer(timeout_seconds, is_consistent=True)
        self._last_version = pointer.version if pointer else 0
        return pointer

    def load(self, pointer: GatesPointer) -> Gates:
        try:
            return self._load(pointer, is_consistent=False)
        except MalformedError:
            # A replica may lag behind the pointer. What a consistent read finds is what there is.
            return self._load(pointer, is_consistent=True)

    def write(self, name: CountsName, counts: Mapping[str, Any]) -> None:
        data = _compressed(counts)
        if len(data) > _PIECE_BYTES_MAX:
            samples = {"of": counts["samples"]["of"], "requests": []}
            data = _compressed({**counts, "samples": samples})
        if len(data) > _PIECE_BYTES_MAX:
            raise MalformedError("counts that are longer than an item")
        minute = datetime.fromtimestamp(name.flushed_at, timezone.utc).strftime("%Y%m%dT%H%M")
        item = {
            "pk": {"S": f"counts#{minute}#{name.environment % _SHARDS:02}"},
            "sk": {"S": f"{name.environment:016x}#{name.sequence:06}"},
            "data": {"B": data},
            "expires_at": {"N": str(name.flushed_at + _KEPT_SECONDS)},
        }
        client = self._client(_TIMEOUT_SECONDS, _ATTEMPTS)
        _asked(lambda: client.put_item(TableName=self._table, Item=item))

    def _pointer(self, timeout_seconds: float, *, is_consistent: bool) -> GatesPointer | None:
        client = self._client(timeout_seconds, _POINTER_ATTEMPTS)
        item = self._get(client, "gates", "current", is_consistent=is_consistent)
        if item is None:
            return None
        try:
            version, made_at, chunks = (int(item[name]["N"]) for name in ("version", "made_at", "chunks"))
            digest = item["digest"]["S"]
        except (KeyError, ValueError):
            raise MalformedError("DynamoDB: the pointer to the gates cannot be read") from None
        if version < 0 or made_at < 0 or not 1 <= chunks <= _PIECES_MAX:
            raise MalformedError("DynamoDB: the pointer to the gates cannot be read")
        return GatesPointer(version, made_at, chunks, digest)

    def _load(self, pointer: GatesPointer, *, is_consistent: bool) -> Gates:
        name = f"DynamoDB: the gates of version {pointer.version}"
        client = self._client(_TIMEOUT_SECONDS, _ATTEMPTS)
        data = b""
        for index in range(pointer.chunks):
            item = self._get(client, f"gates#{pointer.version}", f"{index:03}", is_consistent=is_consistent)
            try:
                piece = None if item is None else bytes(item["data"]["B"])
            except (KeyError, TypeError):
                piece = None
            if piece is None or len(piece) > _PIECE_BYTES_MAX:
                raise MalformedError(f"{name} lack a piece")
            data += piece
        raw = _decompressed(data, name)
        if hashlib.sha256(raw).hexdigest() != pointer.digest:
            raise MalformedError(f"{name} have another digest")
        try:
            gates = decode_gates(raw)
        except ValueError as error:
            raise MalformedError(f"{name}: {error}") from None
        if (gates.version, gates.made_at) != (pointer.version, pointer.made_at):
            raise MalformedError(f"{name} are of version {gates.version}")
        return gates

    def _get(self, client: Any, pk: str, sk: str, *, is_consistent: bool) -> _Item | None:
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        answer = _asked(lambda: client.get_item(TableName=self._table, Key=key, ConsistentRead=is_consistent))
        item: _Item | None = answer.get("Item")
        return item

    def _client(self, timeout_seconds: float, attempts_max: int) -> Any:
        with self._making:
            if timeout_seconds not in self._clients:
                self._clients[timeout_seconds] = _asked(
                    lambda: connect(
                        self._endpoint_url,
                        self._region,
                        connect_timeout_seconds=timeout_seconds,
                        attempt_timeout_seconds=timeout_seconds,
                        attempts_max=attempts_max,
                    )
                )
            return self._clients[timeout_seconds]


def _asked(ask: Callable[[], Result]) -> Result:
    try:
        return ask()
    except StoreError as error:
        raise DaoError(str(error)) from None
    except (BotoCoreError, ClientError) as error:
        raise DaoError(str(unavailable(error))) from None


def _compressed(counts: Mapping[str, Any]) -> bytes:
    text = json.dumps(counts, ensure_ascii=False, separators=(",", ":"))
    return zstandard.ZstdCompressor(level=_LEVEL).compress(text.encode())


def _decompressed(data: bytes, name: str) -> bytes:
    try:
        size = zstandard.get_frame_parameters(data).content_size
        if size > GATES_BYTES_MAX and size != zstandard.CONTENTSIZE_UNKNOWN:
            raise MalformedError(f"{name} are too large")
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=GATES_BYTES_MAX)
    except zstandard.ZstdError:
        raise MalformedError(f"{name} cannot be decompressed") from None
