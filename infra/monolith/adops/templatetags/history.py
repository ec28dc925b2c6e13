"""Entries of a history in the reader's language."""

from django import template
from django.contrib.admin.models import LogEntry

from adops.services.history import text_of

register = template.Library()


@register.filter
def in_words(entry: LogEntry) -> str:
    return text_of(entry)
