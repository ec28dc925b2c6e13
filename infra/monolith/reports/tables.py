"""Tables as pages show them and files hold them: columns, rows of exact values, and a total."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from adops.amounts import format_money, format_scaled
from delivery.columns import pace_bar
from delivery.pace import Pace

MICROS = 1_000_000
_HUNDREDTHS_OF_PERCENT = 100

# text: as it is. count: a whole number. rate: millionths. money: micros. pace: a `Pace`.
Kind = Literal["text", "count", "rate", "money", "pace"]
# None is an empty cell.
Value = Any


@dataclass(frozen=True)
class Column:
    # In files, and in the address of a page that is sorted by it.
    name: str
    label: Any
    kind: Kind = "count"
    # Of money.
    currency: str = ""
    is_sortable: bool = True

    @property
    def is_number(self) -> bool:
        return self.kind != "text"

    def shown(self, value: Value) -> str:
        """A value as people write it."""
        if value is None or value == "":
            return ""
        if self.kind == "count":
            return f"{value:,}"
        if self.kind == "rate":
            hundredths = value // _HUNDREDTHS_OF_PERCENT
            return f"{hundredths // 100}.{hundredths % 100:02} %"
        if self.kind == "money":
            return format_money(value, self.currency)
        if self.kind == "pace":
            return pace_bar(value)
        return str(value)

    def exported(self, value: Value) -> str | int | None:
        """A value as programs read it: whole numbers, and decimal ones without a sign of a currency or
        of a percentage.
        """
        if value is None:
            return None
        if self.kind == "count":
            return int(value)
        if self.kind == "rate":
            # Percent.
            return format_scaled(value, MICROS // 100)
        if self.kind == "money":
            return format_scaled(value, MICROS) if value >= 0 else f"-{format_scaled(-value, MICROS)}"
        if self.kind == "pace":
            pace: Pace = value
            return pace.percent
        return str(value)


class Cell(NamedTuple):
    text: str
    # The page of the row that the cell names; empty without one.
    url: str
    is_number: bool
    # What a chart draws; None of what it does not.
    value: int | None


@dataclass
class Row:
    values: list[Value]
    # The pages of the rows that its first values name.
    urls: list[str] = field(default_factory=list)
    # Epoch seconds, of a row about a time.
    at: int | None = None


@dataclass
class Table:
    # Of the whole table, in files and in addresses.
    name: str
    label: Any
    columns: Sequence[Column]
    rows: list[Row]
    total: list[Value] | None = None

    def cells(self, row: Row) -> list[Cell]:
        urls = [*row.urls, *[""] * (len(self.columns) - len(row.urls))]
        return [
            Cell(
                column.shown(value),
                url,
                column.is_number,
                value if column.kind in ("count", "money") and isinstance(value, int) else None,
            )
            for column, value, url in zip(self.columns, row.values, urls, strict=True)
        ]

    def shown_total(self) -> list[Cell]:
        return self.cells(Row(self.total)) if self.total else []

    def exported_total(self) -> list[str | int | None]:
        """What stands in the first cell is a word, and no value."""
        values = self.total or []
        return [
            None if column.kind == "text" else column.exported(value)
            for column, value in zip(self.columns, values, strict=False)
        ]
