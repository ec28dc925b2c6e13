"""Texts of visible characters: ids and labels that clients choose."""

import unicodedata


def is_visible(value: str, length_max: int) -> bool:
    """Whether a text has 1 to `length_max` characters, all of them visible."""
    return 1 <= len(value) <= length_max and all(map(_is_visible_character, value))


def _is_visible_character(character: str) -> bool:
    """Rejects white space, control characters, lone surrogates and U+FFFD.

    JSON can escape a lone surrogate, which no database stores. Django decodes the bytes of a path
    that are not UTF-8 to U+FFFD.
    """
    is_control = unicodedata.category(character) in ("Cc", "Cs")
    return not (character.isspace() or is_control or character == "\N{REPLACEMENT CHARACTER}")
