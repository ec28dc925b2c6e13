"""Counts attempts, and refuses those above a limit."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from limits.models import AttemptCount


@dataclass(frozen=True)
class Limit:
    """So many attempts are allowed between two multiples of `window_seconds` of the epoch."""

    # Such as `login-address`. Limits of different names count apart.
    name: str
    attempts_max: int
    window_seconds: int


@dataclass(frozen=True)
class Subject:
    limit: Limit
    # What is limited, such as an address.
    value: str

    @property
    def digest(self) -> str:
        text = f"{self.limit.name}\x1f{self.value}".encode("utf-8", "surrogateescape")
        return hmac.new(settings.SECRET_KEY.encode(), text, sha256).hexdigest()


class LimitExceeded(Exception):
    def __init__(self, subject: Subject, retry_after_seconds: int, *, is_first: bool) -> None:
        super().__init__(subject.limit.name)
        self.subject = subject
        self.retry_after_seconds = retry_after_seconds
        # Whether this is the first refusal of the subject in its window.
        self.is_first = is_first


def count_attempt(subjects: Iterable[Subject], now: datetime) -> None:
    """Counts one attempt for each subject. Raises LimitExceeded for the first that has no more."""
    for subject in subjects:
        _count(subject, int(now.timestamp()))


def forget_attempts(subject: Subject, now: datetime) -> None:
    start = _window_start(subject.limit, int(now.timestamp()))
    AttemptCount.objects.filter(subject=subject.digest, window_start=start).delete()


def take_back_attempt(subject: Subject, now: datetime) -> None:
    """Uncounts one attempt, which turned out to be none."""
    start = _window_start(subject.limit, int(now.timestamp()))
    rows = AttemptCount.objects.filter(subject=subject.digest, window_start=start)
    rows.filter(attempts__gt=0).update(attempts=F("attempts") - 1)


def _window_start(limit: Limit, now_seconds: int) -> int:
    return now_seconds - now_seconds % limit.window_seconds


def _count(subject: Subject, now_seconds: int) -> None:
    limit = subject.limit
    start = _window_start(limit, now_seconds)
    end = start + limit.window_seconds
    rows = AttemptCount.objects.filter(subject=subject.digest, window_start=start)
    # The row is read first, so that refusals do not make the database write. One refusal is
    # counted, so that it alone is reported.
    counted = rows.values_list("attempts", flat=True).first()
    if counted is None and _begin(subject, start, end, now_seconds):
        return
    if counted is not None and counted > limit.attempts_max:
        raise LimitExceeded(subject, end - now_seconds, is_first=False)
    # The condition and the change are one statement, so that no two processes count as one.
    if rows.filter(attempts__lt=limit.attempts_max).update(attempts=F("attempts") + 1):
        return
    is_first = rows.filter(attempts=limit.attempts_max).update(attempts=F("attempts") + 1) == 1
    raise LimitExceeded(subject, end - now_seconds, is_first=is_first)


def _begin(subject: Subject, start: int, end: int, now_seconds: int) -> bool:
    """Writes the first attempt of a window. False if another process has just written one."""
    AttemptCount.objects.filter(window_end__lte=now_seconds).delete()
    try:
        with transaction.atomic():
            AttemptCount.objects.create(
                subject=subject.digest, window_start=start, window_end=end, attempts=1
            )
    except IntegrityError:
        return False
    return True
