"""Carries a request with an `Idempotency-Key` out once, and keeps its answer for a day.

The answer is written in the transaction of what the request does: both are there or neither. A request
that is refused changes nothing, and nothing of it is kept.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from management.models import ManagementKey, StoredAnswer

KEPT = timedelta(hours=24)
# Longer than the server lets a request take. A process that died leaves a request in flight until then.
_IN_FLIGHT_MAX = timedelta(minutes=2)
_PRUNED_AT_ONCE = 500


class KeyReused(Exception):
    """Another request has the same key."""


class InFlight(Exception):
    """The same request is being carried out."""


@dataclass
class Answer:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    key: ManagementKey
    idempotency_key: str
    digest: str
    name: str = field(default_factory=lambda: secrets.token_hex(16))


def begin(attempt: Attempt) -> Answer | None:
    """The answer of before, or None if this attempt is to carry the request out.

    Raises KeyReused and InFlight.
    """
    rows = StoredAnswer.objects.filter(key=attempt.key, idempotency_key=attempt.idempotency_key)
    now = timezone.now()
    rows.filter(started_at__lte=now - KEPT).delete()
    try:
        with transaction.atomic():
            StoredAnswer.objects.create(
                key=attempt.key,
                idempotency_key=attempt.idempotency_key,
                request_digest=attempt.digest,
                attempt=attempt.name,
                started_at=now,
            )
        return None
    except IntegrityError:
        pass
    stored = rows.first()
    if stored is None:
        # Refused just now: to be sent again.
        raise InFlight
    if stored.request_digest != attempt.digest:
        raise KeyReused
    if stored.status is not None:
        return Answer(stored.status, stored.body, stored.headers)
    abandoned = rows.filter(status=None, attempt=stored.attempt, started_at__lte=now - _IN_FLIGHT_MAX)
    if not abandoned.update(attempt=attempt.name, started_at=now):
        raise InFlight
    return None


@contextmanager
def carried_out(attempt: Attempt, answer: Answer, prepare: Callable[[], Any]) -> Iterator[Any]:
    """Around what a request does, which fills in the answer; `prepare` runs before the transaction.

    Raises InFlight, and undoes what was done, if another attempt has taken over meanwhile.
    """
    try:
        prepared = prepare()
        with transaction.atomic():
            yield prepared
            kept = _own(attempt).update(status=answer.status, body=answer.body, headers=answer.headers)
            if not kept:
                raise InFlight
    except BaseException:
        _own(attempt).delete()
        raise


def prune_in_worker() -> None:
    """A step of the worker."""
    old = StoredAnswer.objects.filter(started_at__lte=timezone.now() - KEPT).order_by("started_at")
    StoredAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_PRUNED_AT_ONCE])).delete()


def _own(attempt: Attempt) -> QuerySet[StoredAnswer]:
    return StoredAnswer.objects.filter(
        key=attempt.key, idempotency_key=attempt.idempotency_key, attempt=attempt.name, status=None
    )
