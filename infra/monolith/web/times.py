"""Instants as every API of ours writes them."""

from datetime import datetime, timezone


def rfc3339(instant: datetime) -> str:
    """In UTC, to the second."""
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
