"""Erases the state of an erased member from Redis: at once, and again when no link can bring it back.

Entries of the ledger of events are not reached: they lie under the slots that they are about, and keep
the name of the user's key until they expire. A note beside them says that the user was erased, so that
a rebuild of Redis from the ledger does not count them again.

The erasure of a member writes the rows in its own transaction. A Redis that is down at that moment
therefore delays an erasure and cannot lose it: the publish worker tries again every few seconds.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allocation.dao.error import DaoError
from allocation.dao.ledger_erasure import ErasureNotes
from allocation.dao.redis_erasure import erase_states
from allocation.services.user_key import PLAIN, UserKeys
from erasure.models import StateErasure
from members.models import Member
from members.selectors import holds_user_id

# A phone may report a slot for this long after the answer: the longest slate, a day, and the seven
# days for which a token is still taken after that. Such a report counts for the user, and so it
# makes the state anew. The markers of reports expire by then too.
REPORTED_LATE_MAX = timedelta(days=8)
# A state that no report touches expires by itself after 90 days, as the functions write it.
STATE_EXPIRES_AFTER = timedelta(days=90)
# So many states are deleted in one step of the worker.
_BATCH = 100

_logger = logging.getLogger("django.erasure")


def request_state_erasure(member: Member, now: datetime) -> None:
    """A step of the erasure of a member.

    Leaves the state to another member who states the same user ID with a better proof. It is erased
    with that member, or expires.
    """
    if member.user_id is None or not holds_user_id(member):
        return
    allocation = settings.ENVIRONMENT.allocation
    keys = PLAIN if allocation is None else UserKeys(allocation.user_key_secrets)
    StateErasure.objects.bulk_create(
        StateErasure(user_key=key, due_at=due_at)
        for key in keys.names(member.user_id)
        for due_at in (now, now + REPORTED_LATE_MAX)
    )
    # Not before the commit: the rows must outlive a process that ends in between.
    transaction.on_commit(lambda: _erase_or_warn(now), robust=True)


def erase_due_states(now: datetime | None = None) -> int:
    """Deletes the states that are due; their number. Raises DaoError, and then the rows stay."""
    allocation = settings.ENVIRONMENT.allocation
    due = list(StateErasure.objects.filter(due_at__lte=now or timezone.now())[:_BATCH])
    if not due:
        return 0
    if allocation is None:
        raise DaoError("LOCKFILL_REDIS_URL is not set, so no state of a user can be erased")
    user_keys = [row.user_key for row in due]
    _note_in_ledger(user_keys, now or timezone.now())
    erase_states(allocation.redis_url, user_keys)
    # Only after Redis has confirmed. To delete a state twice does no harm.
    StateErasure.objects.filter(pk__in=[row.pk for row in due]).delete()
    return len(due)


def _note_in_ledger(user_keys: list[str], now: datetime) -> None:
    """Before Redis forgets, because a rebuild from the ledger may be at work. Raises DaoError."""
    environment, allocation = settings.ENVIRONMENT, settings.ENVIRONMENT.allocation
    if allocation is None or allocation.ledger is None:
        return
    notes = ErasureNotes(allocation.ledger.table, environment.aws_region, environment.dynamodb_endpoint_url)
    # As long as the entries of links that were handed out until now.
    kept = timedelta(days=allocation.ledger.days) + REPORTED_LATE_MAX
    notes.write(user_keys, int(now.timestamp()), int((now + kept).timestamp()))


def erase_in_worker() -> None:
    """A step of the worker."""
    expired = StateErasure.objects.filter(due_at__lt=timezone.now() - STATE_EXPIRES_AFTER)
    expired.delete()
    _erase_or_warn(None)


def _erase_or_warn(now: datetime | None) -> None:
    try:
        while erase_due_states(now) == _BATCH:
            pass
    except DaoError as error:
        count = StateErasure.objects.count()
        _logger.warning("%s erasures of the states of members wait: %s", count, error)
