"""The members of a JSON object as they were written: repeated names included, numbers with the
digits that they were written with, because no floating-point number takes part in a decision.

A text that is not a JSON object is refused with the line and the column at which a reader must give
up. `json_syntax` finds that place, after Python's own reader, which is far faster, has given up.
"""

import json
from typing import Any

from allocation.http.dto.json_syntax import NotAnObjectError, read_items, read_members


class Members(list[tuple[str, Any]]):
    """An object's members in order."""


class _Number(str):
    """A number's own text."""

    __slots__ = ()


class Unreadable:
    """A JSON value that Python cannot represent as text, such as half a surrogate pair."""


def read_object(text: str, *, depth: int = 1) -> Members:
    """Raises NotAnObjectError if the text is not one JSON object. `depth` is how many arrays and objects
    may be around a text that has half a surrogate pair without being unreadable with it.
    """
    if "\\u" not in text or "\\ud" not in text.lower():
        members = _decoded(text)
        if isinstance(members, Members):
            return members
    # Bad JSON, or with escapes that may be half of a character.
    return Members((name, _value(raw, depth)) for name, raw in read_members(text.encode()))


def scalar_text(value: Any) -> str | None:
    """A string's characters, or a number's or boolean's own text; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def string_text(value: Any) -> str | None:
    """A string's characters; None for anything else."""
    return value if isinstance(value, str) and not isinstance(value, _Number) else None


def number_text(value: Any) -> str | None:
    """A number's own text; None for anything else."""
    return value if isinstance(value, _Number) else None


def _value(raw: bytes, depth: int) -> Any:
    """A value of which one part may be unreadable and another not."""
    if not depth:
        return _part(raw)
    if raw.startswith(b"["):
        return [_value(item, depth - 1) for item in read_items(raw)]
    if raw.startswith(b"{"):
        try:
            return Members((name, _value(item, depth - 1)) for name, item in read_members(raw))
        except NotAnObjectError:
            # A name is half of a character.
            return Unreadable()
    return _part(raw)


def _part(raw: bytes) -> Any:
    """A value that is a text, a number, a boolean or null. No parameter has anything else here."""
    if raw[:1] in (b"[", b"{"):
        return Unreadable()
    value = _decoded(raw.decode())
    return value if _is_text(value) else Unreadable()


def _decoded(text: str) -> Any:
    """The value of a text; `Unreadable` if Python cannot read it."""
    try:
        return json.loads(
            text,
            object_pairs_hook=Members,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError):
        return Unreadable()


def _is_text(value: Any) -> bool:
    """Whether every character of a string is whole; true of anything else."""
    return not isinstance(value, str) or not any("\ud800" <= each <= "\udfff" for each in value)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
