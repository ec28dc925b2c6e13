"""Tables as CSV and JSON. Both are written row by row."""

import json
from collections.abc import Iterator
from typing import Any

from reports.tables import Table
from web import spreadsheets


def csv_lines(table: Table) -> Iterator[str]:
    """A header of the columns' names, and a line for each row."""
    return spreadsheets.csv_lines((column.name for column in table.columns), _csv_rows(table))


def _csv_rows(table: Table) -> Iterator[list[Any]]:
    for row in table.rows:
        yield [
            spreadsheets.guarded(column.exported(value)) if column.kind == "text" else column.exported(value)
            for column, value in zip(table.columns, row.values, strict=True)
        ]


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
