"""Reads of rows, page by page."""

import base64
import binascii
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from management.resources import Resource

LIMIT_MAX = 200
LIMIT_FIRST = 50


class WrongCursor(Exception):
    """A text that no page has given."""


def rows_of(resource: Resource, references: list[str], filters: dict[str, Any]) -> QuerySet[Any]:
    """The rows, with those that they refer to."""
    return resource.model._default_manager.select_related(*references).filter(**filters)


def page(
    rows: QuerySet[Any], cursor: str, limit: int, *, newest_first: bool = False
) -> tuple[list[Any], str | None]:
    """Rows behind a cursor, in the order of their making, which edits do not change, and the cursor of
    the next page; None behind the last. Raises WrongCursor.
    """
    rows = rows.order_by("-pk" if newest_first else "pk")
    if cursor:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": _pk_of(rows.model, cursor)})
    found = list(rows[: limit + 1])
    return found[:limit], _cursor_of(found[limit - 1]) if len(found) > limit else None


def _cursor_of(row: Model) -> str:
    return base64.urlsafe_b64encode(str(row.pk).encode()).decode().rstrip("=")


def _pk_of(model: type[Model], cursor: str) -> Any:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        key = model._meta.pk.to_python(text) if text and "\0" not in text else None
    except (binascii.Error, ValueError, ValidationError):
        raise WrongCursor from None
    if key is None:
        raise WrongCursor
    return key
