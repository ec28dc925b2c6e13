"""Sends what is due: several endpoints at a time, and one message at a time to each."""

from datetime import datetime
from queue import SimpleQueue
from threading import Thread

from django.conf import settings
from django.utils import timezone

from webhooks.models import Sending
from webhooks.sealing import Unreadable
from webhooks.sending import Outcome, post
from webhooks.services.endpoints import secrets_of
from webhooks.services.outbox import Taken, settle, take_next
from webhooks.signing import signed_headers

# A receiver that hangs keeps one of these, and no other receiver waits for it.
ENDPOINTS_AT_ONCE = 8


def send_due() -> int:
    """Sends until nothing is due. Returns the number of attempts.

    Only the calling thread touches the database. The others are ended with the process, whatever a
    receiver does: what they had taken is sent again after its lease.
    """
    finished: SimpleQueue[tuple[Taken, Outcome]] = SimpleQueue()
    busy: set[int] = set()
    attempts = 0
    while True:
        while len(busy) < ENDPOINTS_AT_ONCE and (taken := take_next(timezone.now(), busy)) is not None:
            busy.add(taken.sending.endpoint_id)
            _start(taken, finished)
        if not busy:
            return attempts
        done, outcome = finished.get()
        busy.remove(done.sending.endpoint_id)
        settle(done, outcome, timezone.now())
        attempts += 1


def _start(taken: Taken, finished: "SimpleQueue[tuple[Taken, Outcome]]") -> None:
    sending, now = taken.sending, timezone.now()
    try:
        headers, body = _signed(sending, now)
    except Unreadable:
        finished.put((taken, Outcome(None, Sending.Problem.SECRET, 0)))
        return

    def attempt() -> None:
        may_be_local = settings.WEBHOOKS_MAY_BE_LOCAL
        outcome = post(sending.endpoint.url, headers, body, may_be_local=may_be_local)
        finished.put((taken, outcome))

    Thread(target=attempt, name="webhook", daemon=True).start()


def _signed(sending: Sending, now: datetime) -> tuple[dict[str, str], bytes]:
    body = sending.message.body.encode()
    secrets = secrets_of(sending.endpoint, now)
    return signed_headers(sending.message.public_id, int(now.timestamp()), body, secrets), body
