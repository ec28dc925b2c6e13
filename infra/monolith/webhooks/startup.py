"""What the publish worker does about webhooks. Requests are sent beside it: publications do not wait for
receivers.
"""

import logging
import time
from threading import Thread

from django.db import DatabaseError, connections
from django.utils import timezone

from webhooks.services.delivering import send_due
from webhooks.services.outbox import due, prune
from webhooks.services.watching import watch

# Spends change when the roll-ups are read, which is as often.
_WATCH_EVERY_SECONDS = 15.0
_PRUNE_EVERY_SECONDS = 600.0

_logger = logging.getLogger("django.webhooks")


class _Worker:
    """When this process looked last, and what sends at present."""

    watched_at = pruned_at = float("-inf")
    sender: Thread | None = None


def watch_in_worker() -> None:
    """A step of the publish worker: announces what the database shows, and deletes what is old."""
    now = time.monotonic()
    if now - _Worker.watched_at >= _WATCH_EVERY_SECONDS:
        _Worker.watched_at = now
        watch(timezone.now())
    if now - _Worker.pruned_at >= _PRUNE_EVERY_SECONDS:
        _Worker.pruned_at = now
        prune(timezone.now())


def send_in_worker() -> None:
    """A step of the publish worker: lets a thread send what is due, if none does."""
    sender = _Worker.sender
    if (sender is not None and sender.is_alive()) or not due(timezone.now()).exists():
        return
    # It ends with the process: what it had taken is due again after its lease.
    _Worker.sender = Thread(target=_send, name="webhooks", daemon=True)
    _Worker.sender.start()


def _send() -> None:
    try:
        send_due()
    except DatabaseError as error:
        _logger.error("webhooks are not sent: %s", error)
    except Exception:
        _logger.exception("webhooks are not sent by an error of the program")
    finally:
        # Those of this thread.
        connections.close_all()
