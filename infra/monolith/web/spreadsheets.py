"""Tables as CSV for spreadsheets, written line by line."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

# What a spreadsheet takes for the beginning of a formula. A name that begins so would be computed.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Excel reads a file as UTF-8 if it begins with this.
_BYTE_ORDER_MARK = "\ufeff"


class _Line:
    """A file of one line: the writer returns what it is given."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The header and a line for each row. The caller has `guarded` what people typed."""
    writer: Any = csv.writer(_Line())
    yield _BYTE_ORDER_MARK + writer.writerow(header)
    yield from map(writer.writerow, rows)


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would compute begins with an apostrophe, which it shows as a text."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
