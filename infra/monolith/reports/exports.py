"""Tables as CSV and JSON. Both are written row by row."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from reports.tables import Table

# What a spreadsheet takes for the beginning of a formula. A name that begins so would be computed.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Excel reads a file as UTF-8 if it begins with this.
_BYTE_ORDER_MARK = "\ufeff"


class _Line:
    """What csv writes into."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_lines(table: Table) -> Iterator[str]:
    """A header of the columns' names, and a line for each row."""
    line = _Line()
    writer: Any = csv.writer(line)
    writer.writerow([column.name for column in table.columns])
    yield _BYTE_ORDER_MARK + line.text
    for row in table.rows:
        writer.writerow(
            [
                _guarded(column.exported(value)) if column.kind == "text" else column.exported(value)
                for column, value in zip(table.columns, row.values, strict=True)
            ]
        )
        yield line.text


def json_lines(table: Table, about: dict[str, Any]) -> Iterator[str]:
    """One document: what was asked for, the rows, and their total."""
    head = json.dumps({**about, "table": table.name}, ensure_ascii=False)
    yield f'{head[:-1]}, "rows": ['
    names = [column.name for column in table.columns]
    for number, row in enumerate(table.rows):
        values = (column.exported(value) for column, value in zip(table.columns, row.values, strict=True))
        text = json.dumps(dict(zip(names, values, strict=True)), ensure_ascii=False)
        yield f"{',' if number else ''}\n{text}"
    total = {
        name: value for name, value in zip(names, table.exported_total(), strict=False) if value is not None
    }
    yield f'\n], "total": {json.dumps(total)}}}\n'


def _guarded(value: Any) -> Any:
    """A text that a spreadsheet would compute begins with an apostrophe, which it shows as a text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
