"""Publications as the commands write them: a line of text, or JSON."""

from datetime import datetime, timezone
from typing import Any

from kernel.kinds import describe_counts
from publishing.models import Publication

# More ids would make the line too long to read.
_IDS_SHOWN = 5


def publication_document(publication: Publication) -> dict[str, Any]:
    """A publication as JSON. Times are RFC 3339 in UTC, to the second."""
    return {
        "publication": publication.pk,
        "state": publication.state,
        "trigger": publication.trigger,
        "version": publication.version,
        "rollback_of": publication.rollback_of,
        "requested_at": _time(publication.requested_at),
        "requested_by": publication.requested_by and publication.requested_by.get_username(),
        "published_at": _time(publication.published_at),
        "finished_at": _time(publication.finished_at),
        "row_counts": publication.row_counts,
        "changes": publication.changes,
        "seconds": publication.step_seconds,
        "problems": publication.error.splitlines(),
        "refusals": publication.refusals,
    }


def publication_line(publication: Publication) -> str:
    """A publication in one line."""
    state = Publication.State
    match publication.state:
        case state.PUBLISHED:
            again = publication.rollback_of
            rows = f", the rows of version {again} again" if again else ""
            counts = describe_counts(publication.row_counts)
            changes = changes_line(publication.changes)
            return f"published version {publication.version}{rows}: {counts}; {changes}"
        case state.UNCHANGED:
            return f"nothing to publish: version {publication.version} has the same rows"
        case state.FAILED:
            return f"nothing was published: {publication.error.splitlines()[0]}"
        case state.PUBLISHING:
            return f"{publication.step}: {publication.rows_done:,} of {publication.rows_total:,} rows"
    return f"publication #{publication.pk} waits for a publish_worker"


def changes_line(changes: dict[str, dict[str, Any]]) -> str:
    """Writes changes as `2 line items added (li-1, li-2), 1 campaign changed (c-1)`."""
    words = []
    for what in ("added", "changed", "removed"):
        for kind, change in changes.items():
            if count := change[what]:
                ids = change[f"{what}_ids"]
                shown = [*ids[:_IDS_SHOWN], *(["..."] if count > _IDS_SHOWN else [])]
                words.append(f"{describe_counts({kind: count})} {what} ({', '.join(shown)})")
    return ", ".join(words) or "no changes"


def _time(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
