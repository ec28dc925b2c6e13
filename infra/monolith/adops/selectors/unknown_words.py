"""Warnings about words of a targeting that are likely misspelled: words that no other row has.

Interests and segments come from phones and have no list, so the other rows are what they are
compared with.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from adops.labels import dimension_label
from adops.models import Content, LineItem
from adops.rules.known_codes import MISTAKABLE_LANGUAGES
from kernel.dimensions import DIMENSION_BY_FIELD

_FIELDS = ("interests", "segments")
_BATCH_ROWS = 2_000


def about_words(row: LineItem | Content) -> Iterator[str]:
    for code in sorted(_words(row.targeting, "languages") & MISTAKABLE_LANGUAGES.keys()):
        yield _("The language “%(code)s” is rarely meant: did you mean “%(meant)s”?") % {
            "code": code,
            "meant": MISTAKABLE_LANGUAGES[code],
        }
    for field in _FIELDS:
        if words := _words(row.targeting, field):
            yield from _unknown(field, words, row)


def _unknown(field: str, words: set[str], row: LineItem | Content) -> Iterator[str]:
    known = _words_of_others(field, row)
    label = dimension_label(DIMENSION_BY_FIELD[field])
    for word in sorted(words - known) if known else ():
        near = get_close_matches(word, known, n=1)
        if near:
            text = _("%(label)s: no other row has “%(word)s”: did you mean “%(near)s”?")
            yield text % {"label": label, "word": word, "near": near[0]}
        else:
            text = _("%(label)s: no other row has “%(word)s”: check how it is spelled.")
            yield text % {"label": label, "word": word}


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
