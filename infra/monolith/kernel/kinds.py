"""The kinds of rows that a catalog has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of rows."""

    # In keys, counts and messages: `line_item`.
    name: str
    # In a catalog's document: `line_items`.
    field: str
    # The members of a row whose values, joined by `#`, tell it from the others.
    key_fields: tuple[str, ...] = ("id",)
    # Whether people edit such rows. A publication makes the others.
    is_edited: bool = True

    def key_of(self, row: Mapping[str, object]) -> str:
        """A row's key. Raises ValueError if a part of it is missing."""
        return self._join([row.get(field) for field in self.key_fields])

    def keys_of(self, rows: Iterable[object]) -> list[str]:
        """The same of objects that have the members of rows."""
        if len(self.key_fields) > 1:
            return [self._join([getattr(row, field, None) for field in self.key_fields]) for row in rows]
        # Most rows are of such kinds.
        (field,) = self.key_fields
        keys = [getattr(row, field, None) for row in rows]
        return [key if isinstance(key, str) and key else self._join([key]) for key in keys]

    def _join(self, found: Sequence[object]) -> str:
        parts = []
        for field, part in zip(self.key_fields, found, strict=True):
            if not (isinstance(part, str) and part):
                raise ValueError(f"there is no {field}")
            parts.append(part)
        return "#".join(parts)


# A row refers to rows of the kinds before its own alone.
KINDS = (
    Kind("unit", "units"),
    Kind("exchange_rate", "exchange_rates", ("currency",)),
    Kind("advertiser", "advertisers"),
    Kind("campaign", "campaigns"),
    Kind("line_item", "line_items"),
    Kind("creative", "creatives"),
    Kind("rates", "rates", ("line_item_id", "unit_id")),
    Kind("channel", "channels"),
    Kind("content", "contents"),
    # Creatives and contents that were withdrawn, as long as links to them live.
    Kind("tombstone", "tombstones", is_edited=False),
)
EDITED_KINDS = tuple(kind for kind in KINDS if kind.is_edited)
KIND_BY_NAME = {kind.name: kind for kind in KINDS}


def describe_counts(counts: Mapping[str, int]) -> str:
    """Writes counts as `1 unit, 40 line items`."""
    known = [
        (counts[kind.name], kind.name if counts[kind.name] == 1 else kind.field)
        for kind in KINDS
        if counts.get(kind.name)
    ]
    # A newer release of this program may have published kinds that this one does not know.
    unknown = [(count, name) for name, count in counts.items() if name not in KIND_BY_NAME]
    words = [f"{count:,} {name.replace('_', ' ')}" for count, name in [*known, *unknown]]
    return ", ".join(words) or "no rows"
