"""Warnings about words of a targeting that are likely misspelled: words that no other row has.

Interests and segments come from phones and have no list, so the other rows are what they are
compared with.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from adops.labels import Label, dimension_label
from adops.models import Content, LineItem
from adops.rules.known_codes import MISTAKABLE_LANGUAGES
from kernel.dimensions import DIMENSION_BY_FIELD

_FIELDS = ("interests", "segments")
_BATCH_ROWS = 2_000
# How alike two words are, of 1, of which one is likely the other misspelled.
_NEAR = 0.8


def about_words(row: LineItem | Content) -> Iterator[str]:
    """Warnings about words that are nearly those of other rows."""
    for code in sorted(_words(row.targeting, "languages") & MISTAKABLE_LANGUAGES.keys()):
        yield _("The language “%(code)s” is rarely meant: did you mean “%(meant)s”?") % {
            "code": code,
            "meant": MISTAKABLE_LANGUAGES[code],
        }
    for label, word, near in _unknown(row):
        if near:
            text = _("%(label)s: no other row has “%(word)s”: did you mean “%(near)s”?")
            yield text % {"label": label, "word": word, "near": near}


def notes_about_words(row: LineItem | Content) -> list[str]:
    """Notes about words that are like those of no other row. The first row to have one has them."""
    text = _("%(label)s: no other row has “%(word)s”: check how it is spelled.")
    return [text % {"label": label, "word": word} for label, word, near in _unknown(row) if not near]


def _unknown(row: LineItem | Content) -> Iterator[tuple[Label, str, str]]:
    """Each word that no other row has, with its field's label, and a word that is near to it."""
    for field in _FIELDS:
        words = _words(row.targeting, field)
        known = _words_of_others(field, row) if words else set()
        for word in sorted(words - known) if known else ():
            near = get_close_matches(word, known, n=1, cutoff=_NEAR)
            yield dimension_label(DIMENSION_BY_FIELD[field]), word, near[0] if near else ""


def _words_of_others(field: str, row: LineItem | Content) -> set[str]:
    known: set[str] = set()
    for model in (LineItem, Content):
        others = model._default_manager.filter(targeting__has_key=field).order_by()
        if isinstance(row, model):
            others = others.exclude(pk=row.pk)
        for targeting in others.values_list("targeting", flat=True).iterator(_BATCH_ROWS):
            known |= _words(targeting, field)
    return known


def _words(targeting: dict[str, Any], field: str) -> set[str]:
    condition = targeting.get(field) or {}
    return {word for words in condition.values() for word in words or ()}
