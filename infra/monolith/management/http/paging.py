"""Pages of lists."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from management.http.problems import invalid
from management.selectors import LIMIT_FIRST, LIMIT_MAX, WrongCursor, page

PAGE_NAMES = ("cursor", "limit")


def read_page(
    rows: QuerySet[Any], query: dict[str, str], *, newest_first: bool = False
) -> tuple[list[Any], str | None]:
    """The page that a query asks for, and the cursor of the next. Raises a 400 problem."""
    limit = read_limit(query.get("limit"), LIMIT_FIRST, LIMIT_MAX)
    try:
        return page(rows, query.get("cursor", ""), limit, newest_first=newest_first)
    except WrongCursor:
        raise invalid("cursor", "Send the `next` of the page before, as it is.") from None


def read_limit(text: str | None, first: int, maximum: int) -> int:
    if text is None:
        return first
    if not (text.isascii() and text.isdigit() and len(text) < 8 and 1 <= int(text) <= maximum):
        raise invalid("limit", f"This is a whole number from 1 to {maximum}.")
    return int(text)


def inline_page(item: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The document of a page of a list."""
    members = {"items": item(many=True), "next": serializers.CharField(allow_null=True)}
    return type(f"{item.__name__}Page", (serializers.Serializer,), members)
