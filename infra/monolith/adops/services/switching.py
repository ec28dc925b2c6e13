"""Pausing, resuming and archiving many rows at once."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from adops.models import Status
from adops.models.base import Archivable, Switched
from adops.services.history import note_changes

# SQLite takes at most about a thousand values in one statement, depending on its build.
_ROWS_AT_ONCE = 500


@transaction.atomic
def switch(*, rows: QuerySet[Switched], status: Status, by: User) -> int:
    """Gives rows a status and notes it in their histories. Returns how many rows changed.

    Archived and blocked rows stay so, so that a selection of many rows brings none of them back.
    """
    return _write(rows.exclude(status__in=[status, Status.ARCHIVED, Status.BLOCKED]), status, by)


@transaction.atomic
def set_status(*, rows: QuerySet[Archivable], status: Status, by: User) -> int:
    """The same of rows that are either active or archived: both ways."""
    return _write(rows.exclude(status=status), status, by)


def _write(rows: QuerySet[Any], status: Status, by: User) -> int:
    changing = list(rows.order_by("pk"))
    by_status: dict[str, list[Any]] = defaultdict(list)
    for row in changing:
        by_status[row.status].append(row)
    for before, of_status in by_status.items():
        _write_batches(rows, of_status, Status(before), status, by)
    return len(changing)


def _write_batches(
    rows: QuerySet[Any], changing: list[Any], before: Status, status: Status, by: User
) -> None:
    def words() -> str:
        return _("Status: %(status)s. Before: %(before)s.") % {"status": status.label, "before": before.label}

    for start in range(0, len(changing), _ROWS_AT_ONCE):
        batch = changing[start : start + _ROWS_AT_ONCE]
        saved = rows.model.objects.filter(pk__in=[row.pk for row in batch])
        saved.update(status=status, updated_at=timezone.now())
        note_changes(rows=batch, by=by, words=words)
