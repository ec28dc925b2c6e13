"""Limits of guessing a password of the admin."""

import logging
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from limits.services import (
    Limit,
    LimitExceeded,
    Subject,
    count_attempt,
    forget_attempts,
    take_back_attempt,
)

_WINDOW_SECONDS = 15 * 60
# Behind one address there may be an office, and one account may be attacked from many addresses.
PER_ACCOUNT_AND_ADDRESS = Limit("login-account-address", 5, _WINDOW_SECONDS)
PER_ADDRESS = Limit("login-address", 20, _WINDOW_SECONDS)
PER_ACCOUNT = Limit("login-account", 50, _WINDOW_SECONDS)

# A password's hash takes a processor for a good part of a second. One at a time leaves the other
# threads of a process to the app.
_hashing = threading.Lock()
_BUSY_RETRY_SECONDS = 1

_logger = logging.getLogger("django.security.login")


class GuessRefused(Exception):
    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__()
        self.retry_after_seconds = retry_after_seconds


@contextmanager
def guess(username: str, network: str, now: datetime) -> Iterator[None]:
    """Around the check of a password. Raises GuessRefused instead of letting the check begin.

    An attempt counts before its check, so that attempts at the same moment count too. A block that
    ends without an exception was a login, and its pair of account and address begins anew.
    """
    if not _hashing.acquire(blocking=False):
        raise GuessRefused(_BUSY_RETRY_SECONDS)
    try:
        account = unicodedata.normalize("NFKC", username).casefold()
        pair = Subject(PER_ACCOUNT_AND_ADDRESS, f"{account}\x1f{network}")
        subjects = (pair, Subject(PER_ADDRESS, network), Subject(PER_ACCOUNT, account))
        try:
            count_attempt(subjects, now)
        except LimitExceeded as exceeded:
            _report(exceeded)
            raise GuessRefused(exceeded.retry_after_seconds) from None
        yield
        forget_attempts(pair, now)
        # Only uncounted: a guesser with an account of its own must not begin anew with a login.
        for subject in subjects[1:]:
            take_back_attempt(subject, now)
    finally:
        _hashing.release()


def _report(exceeded: LimitExceeded) -> None:
    # Once for a subject and window: the guesser decides how many refusals there are. Neither the
    # address nor the name is logged, and a name may be a mistyped password.
    if exceeded.is_first:
        limit = exceeded.subject.limit
        _logger.error(
            "ALARM: logins are refused for %d s after %d attempts in one window (%s %s)",
            exceeded.retry_after_seconds,
            limit.attempts_max,
            limit.name,
            exceeded.subject.digest[:8],
        )
