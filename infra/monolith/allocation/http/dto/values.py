"""The values that requests alone have. Every reader raises ValueError with what a value must be."""

import re

from allocation.decision.explain.bounded import Explain
from allocation.models.query import Shown
from allocation.models.time.epoch_seconds import INSTANT_MAX, parse_instant
from kernel.vocabulary.form import Normalized, one_of
from kernel.vocabulary.identifier import IDENTIFIER

# Far more than a device can show, and a time until the year 5138: few enough digits for a schema to
# say exactly.
_SHOWN = re.compile(r"([A-Za-z0-9_.-]{1,64}):([0-9]{1,9}):([0-9]{1,11})", re.ASCII)
_BOOLEAN_TEXTS = ("true", "false", "1", "0")
_BOOLEAN = one_of("boolean", *_BOOLEAN_TEXTS)
# The most items of which a request may ask for reasons by name.
_NAMED_MAX = 200
_EXPLAIN_WANTED = f"must be one of true, false, 1, 0, or 1 to {_NAMED_MAX} ids with commas between them"


def boolean(text: str) -> bool:
    return _BOOLEAN.parse(text) in ("true", "1")


def normalized_boolean(text: str) -> Normalized:
    """A truth value in any letter case."""
    return _BOOLEAN.normalize(text)


def explain(text: str) -> Explain | bool:
    """False: no reasons are asked for."""
    if text in _BOOLEAN_TEXTS:
        return Explain(None) if boolean(text) else False
    ids = text.split(",")
    if len(ids) > _NAMED_MAX:
        raise ValueError(_EXPLAIN_WANTED)
    try:
        return Explain(frozenset(IDENTIFIER.parse(item) for item in ids))
    except ValueError:
        raise ValueError(_EXPLAIN_WANTED) from None


def instant(text: str) -> int:
    """Epoch seconds."""
    try:
        return parse_instant(text)
    except ValueError:
        raise ValueError("must be an RFC 3339 time such as 2026-11-22T09:00:00Z") from None


def shown(text: str) -> Shown:
    match = _SHOWN.fullmatch(text)
    if match is None or int(match[3]) > INSTANT_MAX:
        raise ValueError("must be ITEM:COUNT:LAST_SHOWN_EPOCH_SECONDS")
    return Shown(match[1], int(match[2]), int(match[3]))
