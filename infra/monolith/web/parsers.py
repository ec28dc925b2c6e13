"""Parsers of single JSON values and query parameters.

A parser returns the value in its Python type, or raises ValueError with what the value must be.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from web.visible_text import is_visible

T = TypeVar("T")


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def identifier(length_max: int) -> Callable[[object], str]:
    """A parser of ids: texts of 1 to `length_max` visible characters."""

    def parse(value: object) -> str:
        if not (isinstance(value, str) and is_visible(value, length_max)):
            raise ValueError(f"must be 1 to {length_max} visible characters")
        return value

    return parse


def text(parse: Callable[[str], T]) -> Callable[[object], T]:
    """A parser of JSON strings. Another JSON value is refused as `parse` refuses an empty text."""
    return lambda value: parse(value if isinstance(value, str) else "")


def integer(minimum: int, maximum: int) -> Callable[[object], int]:
    """A parser of whole numbers, both ends included."""

    def parse(value: object) -> int:
        # In Python, True is an int.
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ValueError(f"must be a whole number from {minimum} to {maximum}")
        return value

    return parse


def query_integer(minimum: int, maximum: int) -> Callable[[object], int]:
    """A parser of whole numbers that are decimal digits in a query."""
    parse = integer(minimum, maximum)

    def parse_digits(value: object) -> int:
        # `isdigit` accepts digits of other scripts, and `int` accepts white space and underscores.
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
            return parse(int(value))
        return parse(None)

    return parse_digits


def or_null(parse: Callable[[object], T], of_null: T) -> Callable[[object], T]:
    """A parser that also accepts `null`, and returns `of_null` for it."""
    return lambda value: of_null if value is None else parse(value)
