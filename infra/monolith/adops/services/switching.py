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
from pausing.services import forget, paused_last, remember

# SQLite takes at most about a thousand values in one statement, depending on its build.
_ROWS_AT_ONCE = 500


@transaction.atomic
def switch(*, rows: QuerySet[Switched], status: Status, by: User) -> int:
    """Gives rows a status and notes it in their histories. Returns how many rows changed.

    Archived and blocked rows stay so, so that a selection of many rows brings none of them back.
    """
    changing = rows.exclude(status__in=[status, Status.ARCHIVED, Status.BLOCKED])
    return _write(changing, status, by, remembers=True)


@transaction.atomic
def resume(*, rows: QuerySet[Switched], by: User) -> tuple[int, int]:
    """Sets those of paused rows active that the last pause among them has stopped, and leaves alone
    what was paused before it or in a form. Without such a pause all are resumed.

    Returns how many are resumed, and how many stay paused.
    """
    paused = list(rows.filter(status=Status.PAUSED).order_by().values_list("pk", flat=True))
    together = paused_last(rows.model, paused)
    changed = 0
    chosen = [pk for pk in paused if pk in together]
    for start in range(0, len(chosen), _ROWS_AT_ONCE):
        batch = rows.model._default_manager.filter(pk__in=chosen[start : start + _ROWS_AT_ONCE])
        changed += _write(batch, Status.ACTIVE, by)
    return changed, len(paused) - changed


@transaction.atomic
def set_status(*, rows: QuerySet[Archivable], status: Status, by: User) -> int:
    """The same of rows that are either active or archived: both ways."""
    return _write(rows.exclude(status=status), status, by)


def _write(rows: QuerySet[Any], status: Status, by: User, *, remembers: bool = False) -> int:
    changing = list(rows.order_by("pk"))
    by_status: dict[str, list[Any]] = defaultdict(list)
    for row in changing:
        by_status[row.status].append(row)
    for before, of_status in by_status.items():
        _write_batches(rows, of_status, Status(before), status, by)
    pks = [row.pk for row in changing]
    if remembers and status == Status.PAUSED:
        remember(rows.model, pks)
    elif issubclass(rows.model, Switched):
        # Other rows are never paused, and the key of an exchange rate is no number.
        forget(rows.model, pks)
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
