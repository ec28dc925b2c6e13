"""Endpoints and messages for tests."""

from datetime import datetime
from typing import Any

from django.test import override_settings
from django.utils import timezone

from webhooks.models import Endpoint, Message, MessageType, Sending
from webhooks.services.announcing import announce
from webhooks.services.endpoints import give_secret

deployed = override_settings(WEBHOOKS_MAY_BE_LOCAL=False)
local = override_settings(WEBHOOKS_MAY_BE_LOCAL=True)


def make_endpoint(url: str = "https://hooks.example.com/in", **values: Any) -> Endpoint:
    """An endpoint for messages of all types; `shown_secret` is its secret."""
    values = {"name": "Slack", "types": list(MessageType.values), **values}
    endpoint = Endpoint(url=url, **values)
    endpoint.shown_secret = give_secret(endpoint)
    endpoint.save()
    return endpoint


def tell(key: str = "k-1", now: datetime | None = None, **data: Any) -> Message:
    """A message to all endpoints that there are."""
    at = now or timezone.now()
    told = {"type": MessageType.FLIGHT_ENDED, "data": data or {"of": key}, "happened_at": at}
    announce(key=key, now=at, **told)
    return Message.objects.get(key=key)


def only_sending() -> Sending:
    return Sending.objects.get()
