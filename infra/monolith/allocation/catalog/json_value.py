"""Readers of JSON values: each raises ValueError for a value that it does not read."""

from collections.abc import Callable
from typing import Any, NamedTuple

from allocation.models.time.epoch_seconds import parse_instant
from kernel.vocabulary.form import Form, Vocabulary

Reader = Callable[[Any], Any]

_REQUIRED = object()


class Field(NamedTuple):
    """A member of an object: its reader, and the value of a member that was left out."""

    read: Reader
    default: Any = _REQUIRED


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def integer(least: int, most: int) -> Reader:
    def read(value: Any) -> int:
        # A boolean is an integer to Python.
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"must be an integer from {least} to {most}")
        return value

    return read


def choice(*words: str) -> Reader:
    def read(value: Any) -> str:
        if value not in words or not isinstance(value, str):
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return read


def parsed(vocabulary: Vocabulary[Any]) -> Reader:
    """A text of a vocabulary, spelled as requests may spell it."""
    return _of_vocabulary(vocabulary.parse, vocabulary.accepted)


def canonical(vocabulary: Vocabulary[Any]) -> Reader:
    """A text of a vocabulary, spelled as catalogs must spell it."""
    return _of_vocabulary(vocabulary.parse_canonical, vocabulary.canonical)


def _of_vocabulary(parse: Callable[[str], Any], form: Form) -> Reader:
    def read(value: Any) -> Any:
        found = text(value)
        try:
            return parse(found)
        except ValueError:
            raise ValueError(f"{found!r} is not {form.wanted}") from None

    return read


def instant(value: Any) -> int:
    """Epoch seconds of an RFC 3339 text."""
    try:
        return parse_instant(text(value))
    except ValueError:
        raise ValueError("must be an RFC 3339 time") from None


def optional(read: Reader) -> Field:
    """A member that may be left out or null."""
    return Field(lambda value: None if value is None else read(value), None)


def list_of(read: Reader) -> Reader:
    def read_list(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("must be an array")
        return tuple(read(item) for item in value)

    return read_list


def lists(read: Reader) -> Field:
    """A member that is a list, and empty where it is left out."""
    return Field(list_of(read), ())


def record(fields: dict[str, Field], *, closed: bool = False) -> Reader:
    """An object with those members; a closed one has no others."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError("must be an object")
        if closed and (unknown := value.keys() - fields.keys()):
            raise ValueError(f"has an unknown member {min(unknown)!r}")
        return {name: _member(name, field, value) for name, field in fields.items()}

    return read


def _member(name: str, field: Field, members: dict[str, Any]) -> Any:
    if name not in members:
        if field.default is _REQUIRED:
            raise ValueError(f"lacks {name}")
        return field.default
    try:
        return field.read(members[name])
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


U16 = integer(0, 2**16 - 1)
U32 = integer(0, 2**32 - 1)
I16 = integer(-(2**15), 2**15 - 1)
I32 = integer(-(2**31), 2**31 - 1)
I64 = integer(-(2**63), 2**63 - 1)
TEXTS = lists(text)
