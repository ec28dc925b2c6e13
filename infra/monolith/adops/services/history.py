"""Entries in Django's history: what was edited, old and new, in words of all languages.

An entry keeps its words in each language, so that a reader of another language than the operator's
has them, and no sentence is put together from parts.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils.translation import get_language, override

# Beside what Django keeps: texts by language.
_WORDS = "words"
# Of one text. A text of an ad may be much longer.
_CHARACTERS_MAX = 500


def note_changes(*, rows: Iterable[Model], by: User, words: Callable[[], str]) -> None:
    """Adds one entry for each row. `words` gives the text in the language that is active."""
    message = [changed([], lambda: [words()])]
    LogEntry.objects.log_actions(by.pk, list(rows), CHANGE, message)


def note_addition(*, row: Model, by: User, message: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], ADDITION, message)


def changed(fields: list[str], words: Callable[[], list[str]]) -> dict[str, Any]:
    """A part of an entry's message: the fields, as Django has them, and words in each language."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = [_short(text) for text in words()]
    return {"changed": {"fields": fields}, _WORDS: texts}


def text_of(entry: LogEntry) -> str:
    """An entry in the reader's language, as far as it has words in it."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not any(_WORDS in part for part in parts):
        return entry.get_change_message()
    return " · ".join(filter(None, map(_part_text, parts)))


def _part_text(part: dict[str, Any]) -> str:
    if _WORDS not in part:
        return LogEntry(change_message=json.dumps([part])).get_change_message()
    texts: dict[str, list[str]] = part[_WORDS]
    language = (get_language() or "en").partition("-")[0]
    return "; ".join(texts.get(language) or texts.get("en", []))


def _short(text: str) -> str:
    return text if len(text) <= _CHARACTERS_MAX else f"{text[:_CHARACTERS_MAX]}…"
