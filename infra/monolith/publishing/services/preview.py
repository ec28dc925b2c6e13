"""What a publication would change, told before it is requested."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Max

from publishing.chunk_file import ChunkFile
from publishing.comparison import compare, described, differences
from publishing.dynamodb.store import CatalogStore
from publishing.models import CatalogChange, KnownDifference
from publishing.packed_rows import PackedRows
from publishing.problems import RowProblem
from publishing.risks import Risks
from publishing.selectors import is_rolled_back, served_version
from publishing.services.rows import ReadCatalog, pack_rows, read_served
from publishing.typed_digest import TypedDigest


@dataclass(frozen=True)
class Preview:
    """The edited catalog beside the served version, as of one moment."""

    # The served version; 0 if nothing is published.
    version: int
    # The last edit that it has, as `last_edit` tells it.
    last_edit: int
    # Of the rows (`publishing.typed_digest`): a publication that expects it publishes these.
    digest: str
    # As `Publication.changes`.
    changes: dict[str, dict[str, Any]]
    # What must be confirmed.
    risks: list[str] = field(default_factory=list)
    # The rows that a publication would refuse, as far as that is known before it is compiled.
    problems: list[RowProblem] = field(default_factory=list)


class Sides:
    """Both catalogs in files."""

    def __init__(self, version: int, served: ChunkFile, packed: PackedRows) -> None:
        self.version, self.served, self.packed = version, served, packed
        self.problems: list[RowProblem] = []
        self.digest = ""


def last_edit() -> int:
    """The primary key of the last edit that no version has; 0 without one."""
    return CatalogChange.objects.aggregate(last=Max("pk"))["last"] or 0


def preview(store: CatalogStore, read_catalog: ReadCatalog) -> Preview:
    """Reads both catalogs, and notes how they differ. Raises StoreError, and UnservableCatalog."""
    # Before the rows: an edit meanwhile is a later one.
    edit = last_edit()
    with both(store, read_catalog) as sides:
        risks = Risks()
        found = compare(sides.served.chunks(), sides.packed.chunks(), risks.look)
        changes = {kind: asdict(change) for kind, change in found.items()}
        counts = dict(sides.packed.counts)
        lines = risks.lines(found, counts) if sides.version else []
        note_difference(sides.version, edit, changes)
        return Preview(sides.version, edit, sides.digest, changes, lines, sides.problems)


def all_changes(store: CatalogStore, read_catalog: ReadCatalog) -> Iterator[dict[str, Any]]:
    """Every row that a publication would change: its `kind`, `id`, `what` becomes of it, and what
    `described` tells. Raises StoreError, and UnservableCatalog.
    """
    with both(store, read_catalog) as sides:
        for before, after in differences(sides.served.chunks(), sides.packed.chunks()):
            if row := after or before:
                what = "added" if before is None else "removed" if after is None else "changed"
                yield {"kind": row.kind, "id": row.key, "what": what, **described(before, after)}


def note_difference_of_rollback(store: CatalogStore, read_catalog: ReadCatalog) -> None:
    """Notes how the edited catalog differs from a rollback that is served, if that is not known as of
    the last edit. Without a rollback no page shows it.
    """
    if not is_rolled_back():
        return
    known, served = KnownDifference.objects.first(), served_version()
    if known is None or (known.version, known.last_edit) != (served, last_edit()):
        preview(store, read_catalog)


def note_difference(version: int, edit: int, changes: dict[str, Any]) -> None:
    counts = {
        kind: {what: change[what] for what in ("added", "changed", "removed")}
        for kind, change in changes.items()
    }
    KnownDifference.objects.update_or_create(
        pk=1, defaults={"version": version, "last_edit": edit, "changes": counts}
    )


@contextmanager
def both(store: CatalogStore, read_catalog: ReadCatalog) -> Iterator[Sides]:
    last = store.last_published()
    served, _ = read_served(store, last)
    with served, PackedRows() as packed:
        sides, typed = Sides(last.version if last else 0, served, packed), TypedDigest()
        with closing(read_catalog(typed)) as pages:
            sides.problems = pack_rows(packed, pages, served)
        sides.digest = typed.hexdigest()
        packed.manifest()
        yield sides
