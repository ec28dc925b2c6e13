"""What of webhooks needs attention, for the home page of the admin."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _

from adops.attention import Concern
from webhooks.selectors import switched_off


def endpoints_in_need(person: User) -> Iterator[Concern]:
    if not person.has_perm("webhooks.view_endpoint"):
        return
    page = reverse("admin:webhooks_endpoint_changelist")
    off = f"{page}?is_active__exact=0&switched_off_at__isnull=False"
    yield Concern(_("Webhook endpoints that were switched off"), switched_off().count(), off)
