"""Brings the edited rows back to those of the served version, which after a rollback is an older one."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model

from adops.models import Channel, Status
from adops.selectors.catalog_rows import model_of
from kernel.kinds import EDITED_KINDS
from kernel.published.chunks import Chunk, rows_of
from kernel.published.row import Row
from publishing.comparison import differences
from publishing.dynamodb.store import CatalogStore
from publishing.services.preview import both
from publishing.services.restored_rows import set_status, take_out, write_back
from publishing.services.rows import ReadCatalog

# The rows that a page names; counts are exact.
ROWS_NAMED = 200
# SQLite takes at most about a thousand values in one statement, depending on its build.
_KEYS_AT_ONCE = 500
# Rows above, rows below, and where the latter name the former.
_BELOW = (
    ("campaign", "line_item", "campaign__public_id"),
    ("line_item", "creative", "line_item__public_id"),
    ("channel", "content", "channel__public_id"),
)
# By kind, the rows of the served version and the edited ones that differ.
Changed = dict[str, list[tuple[Row | None, Row | None]]]


class NotAllowed(Exception):
    """The operator may not edit all rows that would be written."""


class RowsChanged(Exception):
    """The rows, or the served version, are not those that the operator has seen."""

    def __init__(self, dry_run: "Restored") -> None:
        super().__init__()
        # What would be written now.
        self.dry_run = dry_run


@dataclass
class Restored:
    """What is done to rows, or would be."""

    # The served version.
    version: int = 0
    count: int = 0
    # The first rows that are written, each with what is done in words.
    rows: list[tuple[Model, str]] = field(default_factory=list)
    # The kinds of rows that are written.
    kinds: set[str] = field(default_factory=set)
    _hash: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """Of the version, and of all that is done."""
        return f"{self.version}-{self._hash.hexdigest()}"

    def note(self, row: Model, words: str) -> None:
        self._hash.update(f"{row._meta.label} {row} {words}\n".encode("utf-8", "surrogatepass"))
        self.count += 1
        self.kinds.add(row._meta.model_name or "")
        if len(self.rows) < ROWS_NAMED:
            self.rows.append((row, words))


def restore(
    store: CatalogStore, read_catalog: ReadCatalog, by: User, *, expected_digest: str = ""
) -> Restored:
    """Writes what the served version has that the database has not, and pauses what it has not.

    Every row has an entry in its history. Without a digest it is a dry run, which writes nothing and
    gives one. Raises RowsChanged with the dry run, NotAllowed, StoreError, and UnservableCatalog.
    """
    restored, changed = Restored(), Changed()
    with both(store, read_catalog) as sides:
        restored.version = sides.version
        for before, after in differences(sides.served.chunks(), sides.packed.chunks()):
            if row := before or after:
                changed.setdefault(row.kind, []).append((before, after))
        served = _keys_of_children(sides.served.chunks())
    with transaction.atomic():
        _write(changed, by, restored)
        _keep_paused_below(changed, served, by, restored)
        if not all(by.has_perm(f"adops.change_{kind}") for kind in restored.kinds):
            raise NotAllowed
        if expected_digest not in ("", restored.digest):
            raise RowsChanged(restored)
        transaction.set_rollback(not expected_digest)
    return restored


def _write(changed: Changed, by: User, restored: Restored) -> None:
    # A row refers to rows of kinds before its own alone.
    for kind in EDITED_KINDS:
        pairs = changed.get(kind.name, [])
        if kind.name == "content":
            _open_channels(pairs, by, restored)
        write_back(kind.name, [before for before, _ in pairs if before], by, restored.note)
        take_out(kind.name, [after for before, after in pairs if after and not before], by, restored.note)


def _keys_of_children(chunks: Iterable[Chunk]) -> set[tuple[str, str]]:
    """The rows of a version that serve because of a row above them, too."""
    kinds = {kind for _parent, kind, _path in _BELOW}
    return {(row.kind, row.key) for chunk in chunks for row in rows_of(chunk) if row.kind in kinds}


def _keep_paused_below(changed: Changed, served: set[tuple[str, str]], by: User, restored: Restored) -> None:
    """Pauses rows that the version does not have, and that only a paused row above them held back:
    that one is active now.
    """
    for parent, kind, path in _BELOW:
        came_back = [before.key for before, after in changed.get(parent, []) if before and not after]
        if parent == "channel":
            contents = (before for before, after in changed.get("content", []) if before and not after)
            came_back = [json.loads(content.json)["channel_id"] for content in contents]
        for start in range(0, len(came_back), _KEYS_AT_ONCE):
            keys = came_back[start : start + _KEYS_AT_ONCE]
            rows: Iterable[Any] = model_of(kind)._default_manager.filter(
                status=Status.ACTIVE, **{f"{path}__in": keys}
            )
            for row in rows:
                if (kind, row.public_id) not in served:
                    set_status(row, Status.PAUSED, by, restored.note)


def _open_channels(pairs: list[tuple[Row | None, Row | None]], by: User, restored: Restored) -> None:
    """Contents of an archived channel are not served, and the catalog still has the channel."""
    ids = {json.loads(before.json)["channel_id"] for before, after in pairs if before and not after}
    for channel in Channel.objects.filter(status=Status.ARCHIVED):
        if channel.public_id in ids:
            set_status(channel, Status.ACTIVE, by, restored.note)
