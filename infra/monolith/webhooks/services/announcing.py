"""Writes what has happened into the outbox, once."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from web.times import rfc3339
from webhooks.models import Endpoint, Message, Sending


def announce(
    *, type: str, key: str, data: dict[str, Any], happened_at: datetime, now: datetime, is_kept: bool = False
) -> bool:
    """Adds a message, and its sendings to the endpoints that want it, in the caller's transaction if there
    is one. Returns whether it is new: a key is announced once, to the endpoints that are active then.
    """
    body = {"type": type, "timestamp": rfc3339(happened_at), "data": data}
    with transaction.atomic():
        message, is_new = Message.objects.get_or_create(
            key=key,
            defaults={
                "public_id": f"msg_{uuid.uuid4().hex}",
                "type": type,
                "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
                "is_kept": is_kept,
            },
        )
        if is_new:
            listening = [each for each in Endpoint.objects.filter(is_active=True) if type in each.types]
            Sending.objects.bulk_create(
                Sending(endpoint=endpoint, message=message, due_at=now) for endpoint in listening
            )
    return is_new
