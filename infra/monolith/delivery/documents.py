"""The functions' roll-ups, as the table of delivery holds them: JSON in a Zstandard frame, cut into
items. `functions/shared/delivery` writes them; `tests/fixtures/vectors/rollup.json` has examples.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import zstandard

from delivery.models import EventKind, ItemKind
from kernel.published.errors import Malformed

# Of one document before compression.
_DOCUMENT_BYTES_MAX = 1024 * 1024 * 1024
_I64 = range(-(2**63), 2**63)


class FactKey(NamedTuple):
    """What events have in common that are one fact."""

    hour: int
    item_kind: str
    item: str
    creative: str
    unit: str
    campaign: str
    advertiser: str
    kind: str
    event_class: str
    pricing: str
    currency: str


class Facts:
    """Counts and sums of prices by key."""

    def __init__(self) -> None:
        self._counts: Counter[FactKey] = Counter()
        self._prices: Counter[FactKey] = Counter()

    def add(self, document: bytes) -> None:
        """Adds the facts of a roll-up. Raises Malformed."""
        try:
            for fact in json.loads(document)["facts"]:
                key = _key(fact)
                self._counts[key] += _integer(fact["count"])
                self._prices[key] += _integer(fact["price_micros"])
        except (ValueError, TypeError, KeyError, RecursionError):
            raise Malformed("DynamoDB: a roll-up of delivery cannot be read") from None

    def sums(self) -> Iterator[tuple[FactKey, int, int]]:
        """Each key with its count and its sum of prices, but for those that came to nothing."""
        for key, count in self._counts.items():
            if count or self._prices[key]:
                yield key, count, self._prices[key]


class RequestKey(NamedTuple):
    """What requests for allocations have in common that are counted together."""

    hour: int
    unit: str
    kind: str
    outcome: str


def requests_of(document: bytes) -> Iterator[tuple[RequestKey, int]]:
    """The requests that an environment has counted between two flushes, all in the hour of the first:
    a flush comes within ten seconds of it, or no request does in between. Raises Malformed.
    """
    try:
        counts = json.loads(document)
        hour = _integer(counts["from"]) // 3_600
        for kind, unit, outcome, count in counts["requests"]:
            yield RequestKey(hour, _text(unit, 64), _text(kind, 16), _text(outcome, 64)), _integer(count)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Malformed("DynamoDB: counts of requests cannot be read") from None


def unpack(pieces: Iterable[bytes]) -> bytes:
    """A document from its pieces in order. Raises Malformed."""
    try:
        reader = zstandard.ZstdDecompressor().stream_reader(b"".join(pieces))
        document: bytes = reader.read(_DOCUMENT_BYTES_MAX + 1)
    except zstandard.ZstdError:
        raise Malformed("DynamoDB: a roll-up of delivery cannot be decompressed") from None
    if len(document) > _DOCUMENT_BYTES_MAX:
        raise Malformed("DynamoDB: a roll-up of delivery is too large")
    return document


def _key(fact: dict[str, Any]) -> FactKey:
    return FactKey(
        hour=_integer(fact["hour"]),
        item_kind=ItemKind(fact["item_kind"]).value,
        item=_text(fact["item"], 64),
        creative=_text(fact["creative"], 64),
        unit=_text(fact["unit"], 64),
        campaign=_text(fact["campaign"], 64),
        advertiser=_text(fact["advertiser"], 64),
        kind=EventKind(fact["kind"]).value,
        event_class=_text(fact["class"], 24),
        pricing=_text(fact["pricing"], 3),
        currency=_text(fact["currency"], 3),
    )


def _text(value: object, length_max: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > length_max:
        raise ValueError
    return value


def _integer(value: object) -> int:
    if type(value) is not int or value not in _I64:
        raise ValueError
    return value
