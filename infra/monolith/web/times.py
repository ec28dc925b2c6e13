"""Instants as every JSON API writes them."""

from datetime import datetime, timezone


def rfc3339(instant: datetime) -> str:
    """An RFC 3339 time in UTC, to the second."""
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
