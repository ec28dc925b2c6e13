"""Takes what is due from the outbox, and notes how each attempt went.

A sending is taken by moving its due time to the end of a lease, in one conditional update: of two workers one
has it. What a worker took and did not note, because its process ended, is due again after the lease, so
a receiver may get a message twice and knows it by its ID.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from webhooks.models import Message, Sending
from webhooks.sending import Outcome
from webhooks.services.endpoints import note_failure, note_success

# Longer than an attempt takes at most, a slow name server included.
LEASE = timedelta(minutes=2)
# With the delays below the last one is about three days after the first.
ATTEMPTS_MAX = 12
_DELAY_FIRST_SECONDS = 10
_DELAY_MAX_SECONDS = 86_400
# How long messages and the log are kept.
KEPT = timedelta(days=30)
_PRUNED_AT_ONCE = 1_000

_STATE = Sending.State


class Taken(NamedTuple):
    """A sending that this process attempts, and when its lease ends."""

    sending: Sending
    attempts: int
    lease_until: datetime


def due(now: datetime) -> QuerySet[Sending]:
    """What waits for an attempt, the longest due first."""
    waiting = Sending.objects.filter(state=_STATE.WAITING, due_at__lte=now, endpoint__is_active=True)
    return waiting.select_related("endpoint", "message").order_by("due_at", "pk")


def take_next(now: datetime, busy: Iterable[int]) -> Taken | None:
    """The next due sending whose endpoint is none of `busy`, and no other process has taken."""
    while (sending := due(now).exclude(endpoint_id__in=list(busy)).first()) is not None:
        lease_until = now + LEASE
        same = Sending.objects.filter(pk=sending.pk, state=_STATE.WAITING, due_at=sending.due_at)
        if same.update(due_at=lease_until, attempts=F("attempts") + 1, last_attempt_at=now):
            return Taken(sending, sending.attempts + 1, lease_until)
    return None


@transaction.atomic
def settle(taken: Taken, outcome: Outcome, now: datetime) -> bool:
    """Notes an outcome. Returns False if the lease was over and another attempt has the sending."""
    state, due_at = _STATE.WAITING, now + retry_delay(taken.attempts)
    if not outcome.problem:
        state, due_at = _STATE.ARRIVED, now
    elif taken.attempts >= ATTEMPTS_MAX:
        state, due_at = _STATE.GIVEN_UP, now
    mine = Sending.objects.filter(pk=taken.sending.pk, state=_STATE.WAITING, due_at=taken.lease_until)
    is_mine = mine.update(
        state=state,
        due_at=due_at,
        status=outcome.status,
        problem=outcome.problem,
        milliseconds=outcome.milliseconds,
    )
    if is_mine and not outcome.problem:
        note_success(taken.sending.endpoint_id)
    elif is_mine:
        note_failure(taken.sending.endpoint_id, outcome.status, now)
    return bool(is_mine)


def retry_delay(attempts: int) -> timedelta:
    """After so many attempts: three times as long as before, up to a day, and a quarter more or less, so
    that receivers that failed together are not asked together.
    """
    seconds = min(_DELAY_FIRST_SECONDS * 3 ** (attempts - 1), _DELAY_MAX_SECONDS)
    # No secret depends on it.
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


def send_again(sendings: QuerySet[Sending], now: datetime) -> int:
    """Puts sendings into the outbox as if they were new. Returns how many."""
    return sendings.update(state=_STATE.WAITING, attempts=0, due_at=now)


def prune(now: datetime) -> int:
    """Deletes what is older than the log is kept, a bounded number of rows. Returns how many messages.

    The keys of kept messages stay: what they stand for would be told again.
    """
    old = Message.objects.filter(created_at__lt=now - KEPT)
    log = Sending.objects.filter(message__in=old.filter(is_kept=True)).values_list("pk", flat=True)
    Sending.objects.filter(pk__in=list(log[:_PRUNED_AT_ONCE])).delete()
    pruned = list(old.filter(is_kept=False).order_by("pk").values_list("pk", flat=True)[:_PRUNED_AT_ONCE])
    Message.objects.filter(pk__in=pruned).delete()
    return len(pruned)
