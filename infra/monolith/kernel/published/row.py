"""A row of a published catalog."""

from typing import NamedTuple


class Row(NamedTuple):
    """A row of a catalog: `line_item`, `li-1017` and its JSON object as text."""

    kind: str
    key: str
    json: str

    @property
    def sort_key(self) -> str:
        return f"{self.kind}#{self.key}"
