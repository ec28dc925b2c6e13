"""The demonstration catalog."""

import json
from typing import Any

from lockfill.stack import DEMO_CATALOG


def demo_catalog() -> dict[str, Any]:
    """The catalog that every stack starts with, as a document of its own to change."""
    document: dict[str, Any] = json.loads(DEMO_CATALOG.read_text())
    return document
