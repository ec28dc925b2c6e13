"""Rows by id: unique within their kind, and found by what refers to them."""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, TypeVar

from allocation.catalog.error import CatalogError, require

Row = dict[str, Any]
T = TypeVar("T")


def checked(kind: str, row: Row, make: Callable[[Row], T]) -> T:
    """What is made of a row. A ValueError becomes a CatalogError, which names the row."""
    try:
        return make(row)
    except ValueError as error:
        key = row.get("id") or row.get("currency") or row.get("line_item_id")
        raise CatalogError(f"{kind} {key!r}: {error}") from None


def by_id(kind: str, rows: Iterable[Row], make: Callable[[Row], T]) -> dict[str, T]:
    """What is made of each row, under the row's id. Raises CatalogError."""
    made: dict[str, T] = {}

    def make_once(row: Row) -> T:
        require(row["id"] not in made, "the id is taken")
        return make(row)

    for row in rows:
        made[row["id"]] = checked(kind, row, make_once)
    return made


def take_id(row_id: str, taken: set[str]) -> None:
    """Creatives and contents share their ids, because a link names either by its id alone."""
    require(row_id not in taken, "the id is taken (creatives and contents share theirs)")
    taken.add(row_id)


def referred(found: Mapping[str, T], kind: str, row_id: str) -> T:
    """The row that another one refers to. Raises ValueError if there is none."""
    require_referred(found, kind, row_id)
    return found[row_id]


def require_referred(found: Container[str], kind: str, row_id: str) -> None:
    require(row_id in found, f"there is no {kind} {row_id!r}")
