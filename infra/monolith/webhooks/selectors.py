"""Questions about endpoints."""

from django.db.models import QuerySet

from webhooks.models import Endpoint


def switched_off() -> QuerySet[Endpoint]:
    """Endpoints that were switched off because of their answers, and not by a person."""
    return Endpoint.objects.filter(is_active=False, switched_off_at__isnull=False)
