"""What texts of clients' own making, such as ids, may consist of."""

import unicodedata


def is_visible(value: str, length_max: int) -> bool:
    """Whether it is 1 to `length_max` characters of which each can be seen."""
    return 1 <= len(value) <= length_max and all(map(_is_visible, value))


def _is_visible(character: str) -> bool:
    """Neither white space nor a control character, nor what stands for bytes that were no UTF-8."""
    is_control = unicodedata.category(character) in ("Cc", "Cs")
    return not (character.isspace() or is_control or character == "\N{REPLACEMENT CHARACTER}")
