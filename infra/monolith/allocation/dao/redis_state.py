"""From the fields of a user's hash in Redis to a user's state.

| field | value |
|---|---|
| `l:<line item id>` | ten integers: showings in all, last showing, then for minute, hour, day and week the number of the last window that had showings and the showings in it |
| `c:<campaign id>`, `a:<advertiser id>` | the same |
| `t:<content id>` | when the content was last seen |
| `f` | when the user was first seen |

Fields of other names are ignored. A value that cannot be read is an error, because a cap would
otherwise be broken silently.
"""  # noqa: E501

import re
from collections.abc import Mapping

from allocation.models.arithmetic import I64_MAX, I64_MIN
from allocation.models.user_state import STORED, U32_MAX, History, UserState, WindowCount

_INTEGER = re.compile(rb"[+-]?[0-9]+")


class UnreadableState(ValueError):
    """A value cannot be read. The text names neither the item nor the user."""


def parse_state(fields: Mapping[bytes, bytes]) -> UserState:
    """Reads a user's fields. A new user has none."""
    state = UserState(STORED)
    kinds = {b"l": state.line_items, b"c": state.campaigns, b"a": state.advertisers}
    try:
        for field, value in fields.items():
            kind, _, key = field.partition(b":")
            if kind in kinds:
                kinds[kind][key.decode()] = _history(value)
            elif kind == b"t":
                state.contents[key.decode()] = _integer(value)
            elif kind == b"f" and not key:
                state.first_seen_at = _integer(value)
    except ValueError:
        raise UnreadableState("a value in a user's state is unreadable") from None
    return state


def _history(value: bytes) -> History:
    numbers = [_integer(part) for part in value.split(b" ")]
    if len(numbers) != 10 or not all(0 <= numbers[at] <= U32_MAX for at in (0, 3, 5, 7, 9)):
        raise ValueError("ten integers are a history")
    windows = [WindowCount(numbers[at], numbers[at + 1]) for at in (2, 4, 6, 8)]
    return History(numbers[0], numbers[1], *windows)


def _integer(value: bytes) -> int:
    if not _INTEGER.fullmatch(value):
        raise ValueError("not an integer")
    number = int(value)
    if not I64_MIN <= number <= I64_MAX:
        raise ValueError("not an integer of 64 bits")
    return number
