"""Entries in Django's history for edits that no form makes."""

from collections.abc import Iterable

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import Model


def note_changes(*, rows: Iterable[Model], by: User, message: str) -> None:
    """Adds one entry for each row."""
    LogEntry.objects.log_actions(by.pk, list(rows), CHANGE, message)


def note_addition(*, row: Model, by: User, message: str) -> None:
    LogEntry.objects.log_actions(by.pk, [row], ADDITION, message)
