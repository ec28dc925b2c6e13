"""Two answers to one question, compared byte for byte and then field by field."""

import json
import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

HEADERS = (
    *("content-type", "cache-control", "x-lockfill-degraded", "x-lockfill-ignored", "x-lockfill-recorded"),
    "x-lockfill-gates",
    *("allow", "www-authenticate", "location", "retry-after", "vary"),
    *("access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers"),
    *("access-control-expose-headers", "access-control-max-age", "access-control-allow-credentials"),
)
# What is new in every answer: its id, and the tokens that name it. The address before a token is compared.
_REQUEST_ID = re.compile(rb'"request_id":"[^"]*"')
_TOKEN = re.compile(rb'("(?:impression|click)_url":"[^"]*?/api/v1/events/(?:impression|click)/)[^"]*"')
_MISSING = object()


@dataclass(frozen=True)
class Answer:
    """What came back, with the headers that are compared."""

    status: int
    headers: dict[str, str]
    body: bytes
    # Why there is no answer.
    error: str = ""

    def document(self) -> Any:
        try:
            return json.loads(masked(self.body))
        except ValueError:
            return _MISSING


@dataclass(frozen=True)
class Difference:
    """Where two answers differ: `path` with `[]` for every index, and how."""

    path: str
    how: str
    left: str
    right: str
    item: str = ""


@dataclass
class Ignored:
    """Paths that are not compared; `*` stands for any text."""

    patterns: list[str] = field(default_factory=list)

    def has(self, path: str) -> bool:
        # [] is how a list is written here, not a set of characters.
        return any(fnmatchcase(_plain(path), _plain(pattern)) for pattern in self.patterns)


def differences(left: Answer, right: Answer, ignored: Ignored) -> list[Difference]:
    """All differences; none for equal answers."""
    if left.error or right.error:
        same = left.error == right.error
        return (
            [Difference("", "no answer", left.error or "an answer", right.error or "an answer")]
            if not same
            else []
        )
    found = []
    if left.status != right.status:
        found.append(Difference("status", "value", str(left.status), str(right.status)))
    for name in HEADERS:
        if left.headers.get(name) != right.headers.get(name):
            values = (_shown(left.headers.get(name, _MISSING)), _shown(right.headers.get(name, _MISSING)))
            found.append(Difference(f"header:{name}", "value", *values))
    if masked(left.body) != masked(right.body):
        found += _bodies(left, right, ignored)
    return [each for each in found if not ignored.has(each.path)]


def masked(body: bytes) -> bytes:
    """A body without what is new in every answer."""
    return _TOKEN.sub(rb'\1*"', _REQUEST_ID.sub(b'"request_id":"*"', body, count=1))


def _bodies(left: Answer, right: Answer, ignored: Ignored) -> list[Difference]:
    documents = left.document(), right.document()
    if _MISSING in documents:
        return [Difference("body", "not JSON", _shown(left.body[:200]), _shown(right.body[:200]))]
    fields = value_differences("", *documents, "")
    if not fields:
        # Parsed they are equal: white space, escapes, or how a number is written.
        at = next((i for i, (a, b) in enumerate(zip(left.body, right.body, strict=False)) if a != b), 0)
        parts = (_shown(left.body[at : at + 40]), _shown(right.body[at : at + 40]))
        return [Difference("body", "bytes", *parts)]
    return fields


def value_differences(path: str, left: Any, right: Any, item: str) -> list[Difference]:
    """Where two values of JSON differ. Items of lists are told apart by their `id`."""
    if type(left) is not type(right):
        how = "missing" if _MISSING in (left, right) else "type"
        return [Difference(path, how, _shown(left), _shown(right), item)]
    if isinstance(left, dict):
        return _objects(path, left, right, item)
    if isinstance(left, list):
        return _lists(path, left, right, item)
    return [] if left == right else [Difference(path, "value", _shown(left), _shown(right), item)]


def _objects(path: str, left: dict[str, Any], right: dict[str, Any], item: str) -> list[Difference]:
    found = []
    for name in [*left, *(name for name in right if name not in left)]:
        inner = f"{path}.{name}" if path else name
        found += value_differences(inner, left.get(name, _MISSING), right.get(name, _MISSING), item)
    if not found and list(left) != list(right):
        found.append(
            Difference(path or "body", "order of members", _shown(list(left)), _shown(list(right)), item)
        )
    return found


def _lists(path: str, left: list[Any], right: list[Any], item: str) -> list[Difference]:
    ids = [_ids(left), _ids(right)]
    if ids[0] != ids[1]:
        # Comparing items by their places would report fields of different items.
        how = "order" if sorted(ids[0]) == sorted(ids[1]) else "other items"
        only = [each for each in ids[0] if each not in ids[1]] + [
            each for each in ids[1] if each not in ids[0]
        ]
        return [Difference(f"{path}[]", how, _shown(ids[0]), _shown(ids[1]), only[0] if only else item)]
    found = []
    for one, other in zip(left, right, strict=True):
        inner = one.get("id", item) if isinstance(one, dict) else item
        found += value_differences(f"{path}[]", one, other, inner)
    return found


def _ids(values: list[Any]) -> list[str]:
    """What tells the values of a list apart."""
    return [
        str(value.get("id", value.get("field", ""))) if isinstance(value, dict) else _shown(value)
        for value in values
    ]


def _shown(value: Any) -> str:
    if value is _MISSING:
        return "(absent)"
    text = repr(value) if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"


def _plain(path: str) -> str:
    return path.replace("[]", "")
