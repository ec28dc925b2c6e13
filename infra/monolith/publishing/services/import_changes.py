"""What an import would change: rows that are new, and fields that two versions have in two ways."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from adops.forms.wording import differences

# The lines that an operator reads; counts are exact.
LINES_MAX = 200


@dataclass
class Changes:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    lines: list[str] = field(default_factory=list)

    def compare(self, kind: str, instances: list[Any]) -> None:
        """Counts rows that are to be written, before they are."""
        for instance in instances:
            self.count(kind, _stored(instance), instance)

    def count(self, kind: str, stored: Model | None, row: Any) -> None:
        name = f"{kind} {getattr(row, 'public_id', None) or row}"
        if stored is None:
            self.added += 1
            self._say(f"{name}: new")
        elif found := differences(stored, row):
            self.changed += 1
            self._say(f"{name}: {'; '.join(map(str, found))}")
        else:
            self.unchanged += 1

    def _say(self, line: str) -> None:
        if len(self.lines) < LINES_MAX:
            self.lines.append(line)

    def __str__(self) -> str:
        return f"{self.added:,} new, {self.changed:,} changed, {self.unchanged:,} as before"


def _stored(instance: Any) -> Model | None:
    """The stored row of the same id. The new one takes over what an import never changes."""
    rows = type(instance)._default_manager
    match instance._meta.model_name:
        case "rates":
            stored = rows.filter(line_item=instance.line_item_id, unit=instance.unit_id).first()
        case "exchangerate":
            stored = rows.filter(currency=instance.currency).first()
        case _:
            stored = rows.filter(public_id=instance.public_id).first()
    if stored is not None and hasattr(stored, "status"):
        instance.status = stored.status
    return stored
