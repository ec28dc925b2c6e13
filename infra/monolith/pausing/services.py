"""Which rows were paused together."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Model
from django.utils import timezone

from pausing.models import PausedRow

# SQLite takes at most about a thousand values in one statement, depending on its build.
_ROWS_AT_ONCE = 500


def remember(model: type[Model], pks: Sequence[Any]) -> None:
    """Rows are paused by one action, now."""
    now, label = timezone.now(), model._meta.label_lower
    forget(model, pks)
    for batch in _batches(pks):
        PausedRow.objects.bulk_create(PausedRow(model=label, row_pk=pk, paused_at=now) for pk in batch)


def forget(model: type[Model], pks: Sequence[Any]) -> None:
    """The status of rows is another one now."""
    for batch in _batches(pks):
        PausedRow.objects.filter(model=model._meta.label_lower, row_pk__in=batch).delete()


def paused_last(model: type[Model], pks: Sequence[Any]) -> set[Any]:
    """Those of paused rows that the last action among them has paused. All, if none was paused by an
    action.
    """
    label = model._meta.label_lower
    last: datetime | None = None
    for batch in _batches(pks):
        found = PausedRow.objects.filter(model=label, row_pk__in=batch).aggregate(last=Max("paused_at"))[
            "last"
        ]
        last = max(filter(None, (last, found)), default=None)
    if last is None:
        return set(pks)
    together: set[Any] = set()
    for batch in _batches(pks):
        rows = PausedRow.objects.filter(model=label, row_pk__in=batch, paused_at=last)
        together.update(rows.values_list("row_pk", flat=True))
    return together


def _batches(pks: Iterable[Any]) -> Iterator[list[Any]]:
    everything = list(pks)
    for start in range(0, len(everything), _ROWS_AT_ONCE):
        yield everything[start : start + _ROWS_AT_ONCE]
