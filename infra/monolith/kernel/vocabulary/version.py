"""Versions of operating systems and SDKs: one to four numbers, compared part by part."""

import re
from itertools import takewhile

from kernel.vocabulary.form import Form, Normalized, Vocabulary

# Four numbers of at most 65,535; those that the text leaves out are 0, so that 14 equals 14.0.
Version = tuple[int, int, int, int]

_PART = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[0-9]{1,4})"
_NUMBER = re.compile(f"0*{_PART}", re.ASCII)
_NUMBERS = re.compile(r"[0-9.]*", re.ASCII)
_PARTS_MAX = 4
_WANTED = "1 to 4 numbers joined by dots, each at most 65535"


def _read(text: str) -> Version:
    # Python refuses to read thousands of digits, even if all of them are zeros.
    parts = [int(part.lstrip("0") or "0") for part in text.split(".")]
    major, minor, patch, build = [*parts, 0, 0, 0][:4]
    return major, minor, patch, build


def _numbers_in_front(text: str) -> Normalized:
    """`15.0.1` of `15.0.1-beta`. A fifth number and one that is too large are cut off with all that
    follows.
    """
    numbers = _NUMBERS.match(text)
    parts = numbers[0].split(".") if numbers else []
    taken = list(takewhile(_NUMBER.fullmatch, parts[:_PARTS_MAX]))
    is_cut = any(parts[len(taken) : len(taken) + 1])
    return Normalized(".".join(taken), is_cut)


VERSION = Vocabulary(
    "version_or_none",
    # Zeros in front of a number mean nothing.
    Form(_WANTED, rf"^0*{_PART}(\.0*{_PART}){{0,3}}$"),
    Form(_WANTED, rf"^{_PART}(\.{_PART}){{0,3}}$"),
    _read,
    normalize=_numbers_in_front,
)


def format_version(version: Version) -> str:
    """All four parts, because that is what is compared."""
    return ".".join(map(str, version))
