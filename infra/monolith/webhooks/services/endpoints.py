"""Secrets of endpoints, and endpoints that are switched off and on."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from webhooks.models import Endpoint
from webhooks.sealing import opened, sealed
from webhooks.signing import new_secret

# A receiver has so long to learn the new secret.
PREVIOUS_SECRET_VALID = timedelta(hours=24)
# An endpoint that takes no message for so long is switched off.
FAILING_MAX = timedelta(days=3)


def give_secret(endpoint: Endpoint) -> str:
    """The secret of a new endpoint, which is shown once. The caller saves the endpoint."""
    secret = new_secret()
    endpoint.sealed_secret = sealed(secret)
    return secret


def renew_secret(endpoint: Endpoint, now: datetime) -> str:
    """A new secret. The one before it stays valid for a day; one that was before that does not."""
    endpoint.sealed_previous_secret = endpoint.sealed_secret
    endpoint.previous_until = now + PREVIOUS_SECRET_VALID
    secret = give_secret(endpoint)
    endpoint.save(update_fields=["sealed_secret", "sealed_previous_secret", "previous_until"])
    return secret


def secrets_of(endpoint: Endpoint, now: datetime) -> list[str]:
    """What messages are signed with now. Raises Unreadable."""
    secrets = [opened(endpoint.sealed_secret)]
    if endpoint.previous_until is not None and endpoint.previous_until > now:
        secrets.append(opened(endpoint.sealed_previous_secret))
    return secrets


def note_success(endpoint_id: int) -> None:
    Endpoint.objects.filter(pk=endpoint_id, failing_since__isnull=False).update(failing_since=None)


def note_failure(endpoint_id: int, status: int | None, now: datetime) -> None:
    """Switches an endpoint off that has failed for days, or says that it is gone."""
    endpoints = Endpoint.objects.filter(pk=endpoint_id, is_active=True)
    endpoints.update(failing_since=Coalesce(F("failing_since"), now))
    if status == 410:
        _switch_off(endpoints, Endpoint.OffReason.GONE, now)
    else:
        failing = endpoints.filter(failing_since__lte=now - FAILING_MAX)
        _switch_off(failing, Endpoint.OffReason.FAILURES, now)


def _switch_off(endpoints: QuerySet[Endpoint], reason: str, now: datetime) -> None:
    endpoints.update(is_active=False, switched_off_at=now, switched_off_reason=reason)


def note_switch(endpoint: Endpoint) -> None:
    """A person has switched an endpoint on or off, so that it was not switched off by its failures."""
    endpoint.failing_since = endpoint.switched_off_at = None
    endpoint.switched_off_reason = ""
